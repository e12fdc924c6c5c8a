import { type Document, isScalar, type ParsedNode } from 'yaml'
import type { AssayError } from '../../errors/errors.ts'
import { readDocuments, type YamlText } from '../documents.ts'
import { forEachMap, repeatedKeys } from '../repeated-keys.ts'
import { unreadable } from './problem.ts'

export type YamlVersion = '1.1' | '1.2'

/** A file taken apart: every node knows its bytes. Offsets count from the start of `text`, which has no byte order mark. */
export interface YamlSource {
  file: string
  text: string
  documents: Document.Parsed<ParsedNode>[]
  lineOf(offset: number): number
  /**
   * The documents as readers of YAML 1.1 take them.
   *
   * @throws AssayError `YAML_UNREADABLE` where they take them for a mistake
   */
  as11(): Document.Parsed<ParsedNode>[]
}

/**
 * Text of a YAML file, without byte order mark → its documents, as YAML 1.2 reads them. Nothing is resolved:
 * aliases stay aliases, `<<` stays a key.
 *
 * @throws AssayError `YAML_UNREADABLE` with file and line: not YAML, a repeated key, a key that is not plain text, too large
 */
export function parseYaml(text: string, file: string): YamlSource {
  if (last?.text !== text) {
    // Before the next one takes its memory.
    last = undefined
    last = { text, ...readOnce(text) }
  }
  const { read, fault } = last
  if (fault) throw unreadableBy(fault, file)
  return {
    file,
    text,
    documents: read.documents,
    lineOf: at => read.positionOf(at).line,
    as11() {
      const again = read.as11()
      const wrong = faultIn(again, text)
      if (wrong) throw unreadableBy(wrong, file)
      return again.documents
    },
  }
}

// --- internal ---

const MAX_CHARACTERS = 2 * 1024 * 1024
const TEMPLATE = 'this looks like a template; only plain YAML can be edited: name the values file instead'
const SMALLER = 'let the file that names the release hold only what belongs to the model'

/** Why a text cannot be edited, whatever its file is called. */
interface Fault {
  what: string
  line: number | undefined
  fix?: string
}

interface Read {
  read: YamlText
  fault?: Fault
}

/**
 * A target reads a text, edits it and looks at what came out, and each begins with the text; who asks afterwards what it renders
 * to knows it by a longer path. Nobody changes what was read.
 */
let last: ({ text: string } & Read) | undefined

function readOnce(text: string): Read {
  const read = readDocuments(text, { characters: MAX_CHARACTERS, textKeys: false, sources: true })
  const fault = faultIn(read, text) ?? keyFault(read)
  return { read, ...(fault && { fault }) }
}

function unreadableBy({ what, line, fix }: Fault, file: string): AssayError {
  return unreadable(file, what, line, fix)
}

function faultIn({ faults }: Pick<YamlText, 'faults'>, text: string): Fault | undefined {
  const [fault] = faults
  if (!fault) return undefined
  const { over, what, line } = fault
  if (over) return { what, line, fix: SMALLER }
  return { what: `not valid YAML: ${what}`, line, ...(text.includes('{{') && { fix: TEMPLATE }) }
}

/** Keys that are lists or maps are nearly always a template. */
function keyFault(read: YamlText): Fault | undefined {
  let found: Fault | undefined
  for (const document of read.documents)
    forEachMap(document.contents, map => {
      const other = map.items.find(({ key }) => !isScalar(key))
      if (found || !other) return
      const at = (other.key as ParsedNode | null)?.range[0] ?? map.range![0]
      found = { what: 'a key that is not plain text', line: read.positionOf(at).line, fix: TEMPLATE }
    })
  const [twice] = found ? [] : repeatedKeys(read).repeated
  if (!twice) return found
  return {
    what: `the key \`${twice.key}\` is there twice, first on line ${twice.first}`,
    line: twice.line,
  }
}
