import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml'
import type { Position } from '../text/position.ts'
import { MOST_FAULTS, type YamlText } from './documents.ts'

/** Keys that a map has twice, each with the line on which it is first. At most 20, and how many more there are. */
export function repeatedKeys({ documents, positionOf }: YamlText): {
  repeated: ({ key: string; first: number } & Position)[]
  more: number
} {
  const repeated: ({ key: string; first: number } & Position)[] = []
  let more = 0
  for (const document of documents)
    forEachMap(document.contents, map => {
      const seen = new Map<string, number>()
      for (const { key } of map.items) {
        if (!isScalar(key)) continue
        const name = String(key.value)
        const at = key.range?.[0] ?? 0
        const first = seen.get(name)
        if (first === undefined) seen.set(name, at)
        else if (repeated.length >= MOST_FAULTS) more++
        else repeated.push({ key: name, first: positionOf(first).line, ...positionOf(at) })
      }
    })
  return { repeated, more }
}

/** Calls `see` with every map of a document, from the top down. The package's own way copies the path to each node. */
export function forEachMap(node: unknown, see: (map: YAMLMap) => void): void {
  if (isMap(node)) {
    see(node)
    for (const { key, value } of node.items) {
      forEachMap(key, see)
      forEachMap(value, see)
    }
  } else if (isSeq(node)) for (const item of node.items) forEachMap(item, see)
}
