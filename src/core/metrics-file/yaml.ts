import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type Scalar,
} from 'yaml'
import {
  MAX_DEPTH,
  type MetricEntry,
  type MetricNode,
  MetricSyntaxError,
  type Place,
  tooDeep,
} from './tree.ts'

/**
 * YAML 1.2 to a tree: one document, no aliases, no tags but the core ones. Repeated keys are kept, the caller
 * refuses them (the package's own check takes quadratic time).
 *
 * @throws MetricSyntaxError where it is none of that or too deep. Messages never repeat the file's text.
 */
export function yamlTree(text: string): MetricNode {
  const lines = new LineCounter()
  const document = parsed(text, lines)
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const [problem] = [...document.errors, ...document.warnings]
  if (problem) throw new MetricSyntaxError(sentenceFor(problem.code), placeOf(problem.pos[0]))
  if (document.contents === null) return { kind: 'nothing' }
  return nodeFrom(document.contents as ParsedNode, 1, placeOf)
}

// --- internal ---

const UNKNOWN_TAG = 'a YAML tag that is not known here'

function parsed(text: string, lineCounter: LineCounter) {
  try {
    return parseDocument(text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
      lineCounter,
    })
  } catch {
    // The parser is recursive: it gives up, or the stack ends, some hundred levels down.
    throw tooDeep()
  }
}

function nodeFrom(node: ParsedNode, depth: number, placeOf: (offset: number) => Place): MetricNode {
  const place = placeOf(node.range[0])
  if (depth > MAX_DEPTH) throw tooDeep(place)
  if (isAlias(node)) throw new MetricSyntaxError('aliases (`*name`) are not allowed in metrics files', place)
  if (isMap(node)) {
    const entries = node.items.map(({ key, value }): MetricEntry => {
      const name = keyText(key as ParsedNode | null, place)
      const keyPlace = key ? placeOf((key as ParsedNode).range[0]) : place
      return {
        key: name,
        place: keyPlace,
        value: value ? nodeFrom(value as ParsedNode, depth + 1, placeOf) : { kind: 'null' },
      }
    })
    return { kind: 'map', entries }
  }
  if (isSeq(node))
    return { kind: 'list', items: node.items.map(item => nodeFrom(item as ParsedNode, depth + 1, placeOf)) }
  if (node.value instanceof Object) throw new MetricSyntaxError(UNKNOWN_TAG, place)
  return scalarFrom(node)
}

function keyText(key: ParsedNode | null, place: Place): string {
  if (!isScalar(key)) throw new MetricSyntaxError('a key must be plain text', place)
  return typeof key.value === 'string' ? key.value : (key.source ?? '')
}

function scalarFrom({ value }: Scalar): MetricNode {
  if (typeof value === 'number') return { kind: 'number', value }
  if (typeof value === 'bigint') return { kind: 'number', value: Number(value) }
  if (typeof value === 'boolean') return { kind: 'boolean' }
  return typeof value === 'string' ? { kind: 'string', value } : { kind: 'null' }
}

function sentenceFor(code: string): string {
  if (code === 'MULTIPLE_DOCS') return 'more than one YAML document; a metrics file is one'
  if (code === 'TAG_RESOLVE_FAILED') return UNKNOWN_TAG
  if (code === 'RESOURCE_EXHAUSTION') return tooDeep().message
  if (code === 'BAD_ALIAS') return 'aliases (`*name`) are not allowed in metrics files'
  return `not valid YAML (${code.toLowerCase().replaceAll('_', ' ')})`
}
