import { type Document, isMap, isScalar, LineCounter, type ParsedNode, parseAllDocuments, visit } from 'yaml'
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
  if (text.length > MAX_CHARACTERS)
    throw unreadable(file, `the file is larger than ${MAX_CHARACTERS / 1024 / 1024} Mi characters`)
  const lines = new LineCounter()
  const documents = parsed(text, file, version, lines)
  const lineOf = (offset: number) => Math.max(1, lines.linePos(offset).line)
  for (const document of documents) {
    const [problem] = document.errors
    if (problem?.code === 'RESOURCE_EXHAUSTION') throw unreadable(file, 'nested too deeply')
    if (problem)
      throw unreadable(
        file,
        `not valid YAML: ${sentence(problem.message)}`,
        lineOf(problem.pos[0]),
        text.includes('{{') ? TEMPLATE : undefined,
      )
  }
  const source = { file, text, documents, lineOf }
  if (version === '1.2') for (const document of documents) ensurePlainKeys(document, source)
  return source
}

// --- internal ---

const MAX_CHARACTERS = 2 * 1024 * 1024
const TEMPLATE = 'this looks like a template; only plain YAML can be edited: name the values file instead'

function parsed(text: string, file: string, version: YamlVersion, lineCounter: LineCounter) {
  try {
    // The package's own check for repeated keys takes quadratic time.
    const documents = parseAllDocuments<ParsedNode>(text, {
      version,
      schema: version === '1.1' ? 'yaml-1.1' : 'core',
      merge: false,
      uniqueKeys: false,
      keepSourceTokens: true,
      prettyErrors: false,
      logLevel: 'error',
      lineCounter,
    })
    return [...documents] as Document.Parsed<ParsedNode>[]
  } catch {
    // The parser is recursive: it gives up, or the stack ends, some hundred levels down.
    throw unreadable(file, 'nested too deeply')
  }
}

/** Repeated keys are read differently by different readers; keys that are lists or maps are nearly always a template. */
function ensurePlainKeys(document: Document.Parsed, { file, lineOf }: YamlSource): void {
  visit(document, {
    Map(_, map) {
      const seen = new Map<string, number>()
      for (const { key } of map.items) {
        const line = lineOf((key as ParsedNode | null)?.range[0] ?? map.range![0])
        if (!isScalar(key)) throw unreadable(file, 'a key that is not plain text', line, TEMPLATE)
        const name = String(key.value)
        const first = seen.get(name)
        if (first !== undefined)
          throw unreadable(file, `the key \`${name}\` is there twice, first on line ${first}`, line)
        seen.set(name, line)
      }
    },
    Pair(_, pair) {
      // A pair inside a list (`[a: b]`) is a map of its own and visited as such.
      if (isMap(pair.key)) return visit.SKIP
    },
  })
}

function sentence(message: string): string {
  return message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')
}
