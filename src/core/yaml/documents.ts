import {
  Composer,
  type CST,
  type Document,
  type ErrorCode,
  Lexer,
  LineCounter,
  type ParsedNode,
  Parser,
} from 'yaml'
import { formatCount } from '../text/numbers.ts'
import type { Position } from '../text/position.ts'
import { faultsFrom, isLong, type LongQuote, type Mistake, type YamlFault } from './faults.ts'
import { MOST_LEVELS, tooDeep } from './plain-value.ts'
import { schemaFor, type YamlMeaning } from './schema.ts'
import { breaksTheRest } from './words.ts'

/**
 * The only way to the YAML parser. Every file may come from somebody who means harm, so what it costs is bounded before the
 * parser has done the work: characters, parts (what the scanner tells apart: keys, values, signs, line breaks), levels,
 * aliases, documents and mistakes are counted while they are read, and reading ends where one is too many. The package's own search for repeated
 * keys, which takes quadratic time, is off; `repeatedKeys` is linear.
 */

export interface YamlReading extends YamlMeaning {
  /** Most characters. */
  characters?: number
  /** Most parts. Seven or so make a line. */
  parts?: number
  /** Most levels of lists and maps. */
  levels?: number
  /** Whole numbers come as `bigint`, so that none loses a digit. */
  bigints?: boolean
  /** Keys are text, whatever they look like; lists and maps as keys are refused. Default true. */
  textKeys?: boolean
  /** Nodes know the bytes they were made from. */
  sources?: boolean
}

export type { YamlFault } from './faults.ts'

export interface YamlText {
  /** None where the rest cannot be understood. */
  documents: Document.Parsed<ParsedNode>[]
  /** Mistakes of the syntax in the order of the file, up to the first after which the rest can be understood in no way. */
  faults: YamlFault[]
  /** What the parser doubts: tags that it does not know. */
  warnings: YamlFault[]
  positionOf(offset: number): Position
  /** What readers of YAML 1.1 make of the same tokens, where nodes know their `sources`. */
  as11(): Pick<YamlText, 'documents' | 'faults'>
}

const MOST_CHARACTERS = 1024 * 1024
const MOST_PARTS = 120_000
/** Those of one text in a block are one part, and the parser makes several objects of each. */
const MOST_LINES = 120_000
const MOST_ALIASES = 1000
const MOST_DOCUMENTS = 2000
/** Mistakes of one kind that are told of a file. */
export const MOST_FAULTS = 20

/** Text of a file, without byte order mark → its documents (at least one), or why it cannot be read. Never throws. */
export function readDocuments(text: string, reading: YamlReading = {}): YamlText {
  const lines = new LineCounter()
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const unread = (fault: YamlFault): YamlText => ({
    documents: [],
    faults: [fault],
    warnings: [],
    positionOf,
    as11: () => unread(fault),
  })
  const { characters = MOST_CHARACTERS } = reading
  if (text.length > characters)
    return unread({ what: `the file is larger than ${sizeOf(characters)}`, over: true })
  if (!hasAtMost(text, MOST_LINES))
    return unread({ what: `more than ${formatCount(MOST_LINES)} lines`, over: true })
  const { documents, errors, warnings, quotes, over, tokens } = composed(text, reading, lines)
  // Too much ends the reading in the middle: what the parser finds wrong there is no mistake of the file.
  if (over)
    return unread({ what: over.what, over: true, ...(over.at === undefined ? {} : positionOf(over.at)) })
  const isBroken = errors.some(({ code }) => breaksTheRest(code))
  const faultsOf = (mistakes: Mistake[]) => faultsFrom(mistakes, text, quotes, positionOf)
  return {
    documents: isBroken ? [] : documents,
    faults: faultsOf(errors),
    warnings: faultsOf(warnings),
    positionOf,
    as11() {
      const wrong: Mistake[] = []
      const composer = composerFor(
        { ...reading, version: '1.1', sources: false },
        (source, code, message, warning) => {
          if (!warning) wrong.push({ at: offsetOf(source), code, message })
        },
      )
      const again = [...composer.compose(tokens, true, text.length)] as Document.Parsed<ParsedNode>[]
      return { documents: again, faults: faultsOf(wrong) }
    },
  }
}

/** The comments of some lines of a text that was read already, in their order: what begins with `#`, and is no text of a scalar. */
export function commentsIn(lines: string): string[] {
  const found: string[] = []
  let before = ''
  for (const part of new Lexer().lex(lines)) {
    if (part.startsWith('#') && before !== SCALAR) found.push(part.trimEnd())
    before = part
  }
  return found
}

// --- internal ---

/** What the lexer says before the text of a scalar. */
const SCALAR = '\u001f'

function hasAtMost(text: string, lines: number): boolean {
  let left = lines
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) if (--left < 0) return false
  return true
}

interface Over {
  what: string
  at?: number
}

/** Thrown to leave the parser where there is too much of something. */
class Enough extends Error {}

function composerFor(reading: YamlReading, onError: OnError): Composer {
  const composer = new Composer({
    version: reading.version ?? '1.2',
    // Declared as a name alone, but taken as it is.
    schema: schemaFor(reading),
    intAsBigInt: reading.bigints ?? false,
    stringKeys: reading.textKeys ?? true,
    keepSourceTokens: reading.sources ?? false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  })
  // The parser makes an object with a stack trace of every mistake, and there may be one a character.
  ;(composer as unknown as { onError: OnError }).onError = onError
  return composer
}

function composed(text: string, reading: YamlReading, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine)
  const kept: CST.Token[] = []
  const errors: Mistake[] = []
  const warnings: Mistake[] = []
  const quotes: LongQuote[] = []
  let over: Over | undefined
  const { parts = MOST_PARTS, levels = MOST_LEVELS } = reading
  const onError: OnError = (source, code, message, warning) => {
    const list = warning ? warnings : errors
    list.push({ at: offsetOf(source), code, message })
    if (list.length >= MOST_FAULTS) throw new Enough()
  }
  const keep = (token: CST.Token) => {
    if (reading.sources) kept.push(token)
    return token
  }
  function* tokens() {
    let count = 0
    let aliases = 0
    let marks = 0
    lines.addNewLine(0)
    for (const part of new Lexer().lex(text)) {
      const at = parser.offset
      const sign = part[0]
      if (sign === '*' || sign === '&') aliases++
      if (part === '---' || part === '...') marks++
      if (++count > parts) over = { what: `more than ${formatCount(parts)} keys, values and signs`, at }
      else if (parser.stack.length > levels + 2) over = { what: tooDeep(levels), at }
      else if (aliases > 2 * MOST_ALIASES) over = { what: 'more than 2,000 anchors and aliases', at }
      else if (marks > MOST_DOCUMENTS) over = { what: 'more than 2,000 documents', at }
      if (over) throw new Enough()
      if ((sign === '"' || sign === "'") && isLong(part)) quotes.push({ from: at, to: at + part.length })
      for (const token of parser.next(part)) {
        if (token.type === 'error') onError(token, 'UNEXPECTED_TOKEN', token.message)
        else yield keep(token)
      }
    }
    for (const token of parser.end()) yield keep(token)
  }
  const documents: Document.Parsed<ParsedNode>[] = []
  try {
    for (const document of composerFor(reading, onError).compose(tokens(), true, text.length))
      documents.push(document as Document.Parsed<ParsedNode>)
  } catch (error) {
    if (!(error instanceof Enough)) over = { what: 'it cannot be read as YAML' }
  }
  return { documents, errors, warnings, quotes, over, tokens: kept }
}

type OnError = (
  source: number | [number, number] | { offset: number },
  code: ErrorCode,
  message: string,
  warning?: boolean,
) => void

function offsetOf(source: Parameters<OnError>[0]): number {
  if (typeof source === 'number') return source
  return Array.isArray(source) ? source[0] : source.offset
}

function sizeOf(characters: number): string {
  const kibi = characters / 1024
  return kibi >= 1024 ? `${kibi / 1024} MiB` : `${kibi} KiB`
}
