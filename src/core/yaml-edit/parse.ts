import { type Document, isMap, isScalar, type ParsedNode, visit } from 'yaml'
import { readDocuments, repeatedKeys } from '../yaml-documents.ts'
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
  const read = readDocuments(text, {
    version,
    characters: MAX_CHARACTERS,
    textKeys: false,
    sources: true,
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

// --- internal ---

const MAX_CHARACTERS = 2 * 1024 * 1024
const TEMPLATE = 'this looks like a template; only plain YAML can be edited: name the values file instead'
const SMALLER = 'let the file that names the release hold only what belongs to the model'

/** Keys that are lists or maps are nearly always a template. */
function ensurePlainKeys(document: Document.Parsed, { file, lineOf }: YamlSource): void {
  visit(document, {
    Map(_, map) {
      for (const { key } of map.items) {
        if (isScalar(key)) continue
        const line = lineOf((key as ParsedNode | null)?.range[0] ?? map.range![0])
        throw unreadable(file, 'a key that is not plain text', line, TEMPLATE)
      }
    },
    Pair(_, pair) {
      // A pair inside a list (`[a: b]`) is a map of its own and visited as such.
      if (isMap(pair.key)) return visit.SKIP
    },
  })
}
