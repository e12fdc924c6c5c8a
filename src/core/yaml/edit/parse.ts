import { type Document, isScalar, type ParsedNode } from 'yaml'
import { type AssayError, isAssayError } from '../../errors/errors.ts'
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
  if (last?.text !== text || last.file !== file) {
    // Before the next one takes its memory.
    last = undefined
    last = { text, file, read: readOnce(text, file) }
  }
  if (isAssayError(last.read)) throw last.read
  return last.read
}

// --- internal ---

const MAX_CHARACTERS = 2 * 1024 * 1024
const TEMPLATE = 'this looks like a template; only plain YAML can be edited: name the values file instead'
const SMALLER = 'let the file that names the release hold only what belongs to the model'

/** A target reads a file, edits it and looks at what came out, and each begins with the text. Nobody changes what was read. */
let last: { text: string; file: string; read: YamlSource | AssayError } | undefined

function readOnce(text: string, file: string): YamlSource | AssayError {
  try {
    return sourceOf(text, file)
  } catch (error) {
    if (isAssayError(error)) return error
    throw error
  }
}

function sourceOf(text: string, file: string): YamlSource {
  const read = readDocuments(text, {
    characters: MAX_CHARACTERS,
    textKeys: false,
    sources: true,
  })
  ensureReadable(read, text, file)
  const as11 = () => {
    const again = read.as11()
    ensureReadable(again, text, file)
    return again.documents
  }
  const source = {
    file,
    text,
    documents: read.documents,
    lineOf: (at: number) => read.positionOf(at).line,
    as11,
  }
  for (const document of read.documents) ensurePlainKeys(document, source)
  const [twice] = repeatedKeys(read).repeated
  if (twice)
    throw unreadable(
      file,
      `the key \`${twice.key}\` is there twice, first on line ${twice.first}`,
      twice.line,
    )
  return source
}

function ensureReadable({ faults }: Pick<YamlText, 'faults'>, text: string, file: string): void {
  const [fault] = faults
  if (fault?.over) throw unreadable(file, fault.what, fault.line, SMALLER)
  const fix = text.includes('{{') ? TEMPLATE : undefined
  if (fault) throw unreadable(file, `not valid YAML: ${fault.what}`, fault.line, fix)
}

/** Keys that are lists or maps are nearly always a template. */
function ensurePlainKeys(document: Document.Parsed, { file, lineOf }: YamlSource): void {
  forEachMap(document.contents, map => {
    for (const { key } of map.items) {
      if (isScalar(key)) continue
      const line = lineOf((key as ParsedNode | null)?.range[0] ?? map.range![0])
      throw unreadable(file, 'a key that is not plain text', line, TEMPLATE)
    }
  })
}
