import { type Document, isAlias, isCollection, isMap, isScalar } from 'yaml'
import { readDocuments } from './documents.ts'
import { plainValue } from './plain-value.ts'
import { repeatedKeys } from './repeated-keys.ts'

/** One document of YAML that is not ours, as plain data, with the lines that its parts stand on. */
export interface PlainYaml {
  value: unknown
  /** The line of a key or an entry, through aliases; where that comes from elsewhere, of the nearest part above it. */
  line(path: readonly (string | number)[]): number
}

/** Undefined where it cannot be read, or says one thing twice. */
export function parsePlainYaml(text: string): PlainYaml | undefined {
  const read = readDocuments(text.replace(/^\ufeff/, ''), { merge: true })
  const [document, second] = read.documents
  if (!document || second || read.faults.length > 0 || repeatedKeys(read).repeated.length > 0)
    return undefined
  const plain = plainValue(document)
  if (!('value' in plain)) return undefined
  return { value: plain.value, line: path => read.positionOf(offsetOf(document, path)).line }
}

// --- internal ---

function offsetOf(document: Document, path: readonly (string | number)[]): number {
  let node: unknown = document.contents
  let offset = 0
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (!isCollection(node)) break
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      : undefined
    const next: unknown = pair ? pair.value : node.get(step, true)
    const at = (pair?.key ?? next) as { range?: [number, number, number] | null } | undefined
    if (!at?.range) break
    offset = at.range[0]
    node = next
  }
  return offset
}
