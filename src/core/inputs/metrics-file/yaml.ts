import { type ErrorCode, isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar } from 'yaml'
import type { Position } from '../../text/position.ts'
import { readDocuments, type YamlFault } from '../../yaml/documents.ts'
import { jsonTree } from './json.ts'
import { lineTree } from './line-tree.ts'
import { MAX_DEPTH, type MetricEntry, type MetricNode, MetricSyntaxError, tooDeep } from './tree.ts'

/**
 * YAML 1.2 to a tree: one document, no aliases, no tags but the core ones. Repeated keys are kept, the caller refuses them.
 *
 * @throws MetricSyntaxError where it is none of that, too deep or too much. Messages never repeat the file's text.
 */
export function yamlTree(text: string): MetricNode {
  return lineTree(text) ?? treeOfJson(text) ?? parsedTree(text)
}

/**
 * As `yamlTree`, of any text by the YAML parser.
 *
 * @throws MetricSyntaxError as `yamlTree`
 */
export function parsedTree(text: string): MetricNode {
  const { documents, faults, warnings, positionOf } = readDocuments(text, {
    textKeys: false,
    parts: MOST_PARTS,
    levels: MAX_DEPTH,
  })
  const [fault] = [...faults, ...warnings]
  if (fault) throw new MetricSyntaxError(sentenceFor(fault), positionIn(fault))
  const [document, second] = documents
  if (second)
    throw new MetricSyntaxError(
      'more than one YAML document; a metrics file is one',
      positionOf(second.range[0]),
    )
  if (!document || document.contents === null) return { kind: 'nothing' }
  return nodeFrom(document.contents, 1, positionOf)
}

// --- internal ---

/** Of what only the parser can read: some thousand metrics, and lists beside them. */
const MOST_PARTS = 40_000
const UNKNOWN_TAG = 'a YAML tag that is not known here'

/** JSON is YAML, but for these; undefined where it is none. */
const JSON_ALONE = /[\t\r]|NaN|Infinity/

function treeOfJson(text: string): MetricNode | undefined {
  if (text[0] !== '{' || JSON_ALONE.test(text)) return undefined
  try {
    return jsonTree(text)
  } catch (error) {
    if (error instanceof MetricSyntaxError) return undefined
    throw error
  }
}

function positionIn({ line, column }: YamlFault): Position | undefined {
  return line === undefined || column === undefined ? undefined : { line, column }
}

function nodeFrom(node: ParsedNode, depth: number, positionOf: (offset: number) => Position): MetricNode {
  const position = positionOf(node.range[0])
  if (depth > MAX_DEPTH) throw tooDeep(position)
  if (isAlias(node))
    throw new MetricSyntaxError('aliases (`*name`) are not allowed in metrics files', position)
  if (isMap(node)) {
    const entries = node.items.map(({ key, value }): MetricEntry => {
      const name = keyText(key as ParsedNode | null, position)
      const keyPosition = key ? positionOf((key as ParsedNode).range[0]) : position
      return {
        key: name,
        position: keyPosition,
        value: value ? nodeFrom(value as ParsedNode, depth + 1, positionOf) : { kind: 'null' },
      }
    })
    return { kind: 'map', entries }
  }
  if (isSeq(node))
    return {
      kind: 'list',
      items: node.items.map(item => nodeFrom(item as ParsedNode, depth + 1, positionOf)),
    }
  if (node.value instanceof Object) throw new MetricSyntaxError(UNKNOWN_TAG, position)
  return scalarFrom(node)
}

function keyText(key: ParsedNode | null, position: Position): string {
  if (!isScalar(key)) throw new MetricSyntaxError('a key must be plain text', position)
  return typeof key.value === 'string' ? key.value : (key.source ?? '')
}

function scalarFrom({ value }: Scalar): MetricNode {
  if (typeof value === 'number') return { kind: 'number', value }
  if (typeof value === 'bigint') return { kind: 'number', value: Number(value) }
  if (typeof value === 'boolean') return { kind: 'boolean' }
  return typeof value === 'string' ? { kind: 'string', value } : { kind: 'null' }
}

/** What is said otherwise of a metrics file than of others. */
const SENTENCES: Partial<Record<ErrorCode, string>> = {
  TAG_RESOLVE_FAILED: UNKNOWN_TAG,
  BAD_ALIAS: 'aliases (`*name`) are not allowed in metrics files',
  ALIAS_PROPS: 'aliases (`*name`) are not allowed in metrics files',
}

function sentenceFor({ what, code }: YamlFault): string {
  if (code === undefined) return what
  return SENTENCES[code] ?? `not valid YAML: ${what}`
}
