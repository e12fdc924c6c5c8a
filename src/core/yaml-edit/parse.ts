import { type Document, isScalar, type ParsedNode } from 'yaml'
import { AssayError } from '../errors.ts'
import { forEachMap, repeatedKeys } from '../repeated-keys.ts'
import { readDocuments } from '../yaml-documents.ts'
import { unreadable } from './problem.ts'

export type YamlVersion = '1.1' | '1.2'

/** A file taken apart: every node knows its bytes. Offsets count from the start of `text`, which has no byte order mark. */
export interface YamlSource {
  file: string
  text: string
  documents: Document.Parsed<ParsedNode>[]
  lineOf(offset: number): number
}

/**
 * Text of a YAML file, without byte order mark → its documents, as YAML 1.2 or 1.1 reads them. Nothing is resolved:
 * aliases stay aliases, `<<` stays a key.
 *
 * @throws AssayError `YAML_UNREADABLE` with file and line: not YAML, a repeated key, a key that is not plain text, too large
 */
export function parseYaml(text: string, file: string, version: YamlVersion = '1.2'): YamlSource {
  if (version === '1.1') return sourceOf(text, file, version)
  if (last?.text !== text || last.file !== file) {
    // Before the next one takes its memory.
    last = undefined
    last = { text, file, read: readOnce(text, file) }
  }
  if (last.read instanceof AssayError) throw last.read
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
    return sourceOf(text, file, '1.2')
  } catch (error) {
    if (error instanceof AssayError) return error
    throw error
  }
}

function sourceOf(text: string, file: string, version: YamlVersion): YamlSource {
  const read = readDocuments(text, {
    version,
    characters: MAX_CHARACTERS,
    textKeys: false,
    // Edits are made as 1.2 reads the file; 1.1 is compared by its values.
    sources: version === '1.2',
  })
  const [fault] = read.faults
  if (fault?.over) throw unreadable(file, fault.what, fault.line, SMALLER)
  if (fault)
    throw unreadable(
      file,
      `not valid YAML: ${fault.what}`,
      fault.line,
      text.includes('{{') ? TEMPLATE : undefined,
    )
  const source = { file, text, documents: read.documents, lineOf: (at: number) => read.placeOf(at).line }
  if (version === '1.1') return source
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
