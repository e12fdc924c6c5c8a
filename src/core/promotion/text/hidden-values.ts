import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, visit, type YAMLMap } from 'yaml'
import { isSecret } from '../../secrets/secret-name.ts'
import { redactLines, redactor } from '../../secrets/secrets.ts'
import { readDocuments } from '../../yaml/documents.ts'
import { commentsBeside } from './manifest-comments.ts'
import {
  HIDDEN,
  isNamedSecret,
  type Range,
  REFERENCE,
  secretsInText,
  withoutNamedValues,
} from './named-secrets.ts'

/**
 * A manifest as it may be shown to everybody who reads a pull request: values of Secrets, of variables, keys and arguments that
 * are named like secrets, also in texts inside of it, what a kustomization makes Secrets of, and what has the shape of a token
 * are hidden. Line by line the rest is as it was, so that differences keep their line numbers. undefined: it holds secrets and
 * cannot be read, so nothing of it may be shown.
 */
export function withHiddenValues(text: string): string | undefined {
  const mark = text.startsWith('\ufeff') ? 1 : 0
  const body = text.slice(mark)
  const { documents, faults } = readDocuments(body, { textKeys: false, characters: MOST_CHARACTERS })
  if (faults.length > 0)
    return /\bSecret\b|secretGenerator/.test(text) ? undefined : withoutShapes(withoutNamedValues(text))
  let shown = ''
  let at = 0
  let start = 0
  const ranges = documents.flatMap(document => {
    const part: Range = [start, document === documents.at(-1) ? body.length : document.range[2]]
    start = document.range[2]
    return hiddenRanges(document, body, part)
  })
  ranges.push(...inComments(body))
  for (const [from, to] of joined(ranges)) {
    shown += text.slice(at, from + mark) + hidden(text.slice(from + mark, to + mark))
    at = to + mark
  }
  return withoutShapes(shown + text.slice(at))
}

// --- internal ---

const MOST_CHARACTERS = 2 * 1024 * 1024
/** What stands below a key that is named like a secret, and is none: `secret: { items: [{ key: a, path: b }] }`. */
const PART = /^(?:key|op|optional|audience)$/i
/** A text that holds a Secret, in YAML or JSON, also quoted within JSON. */
const WHOLE_SECRET = /\bkind\\*["']?\s*:\s*\\*["']?Secret\b/
/** Paths of a JSON patch into the data of a Secret, or of something that is patched like one. */
const INTO_DATA = /^\/(?:data|stringData)(?:\/|$)/

function hiddenRanges(document: Document.Parsed, text: string, part: Range): Range[] {
  const ranges: Range[] = []
  /** Where comments may hold a secret, too. */
  const spans: Range[] = []
  const hide = (node: unknown) => {
    const range = (node as ParsedNode | null)?.range
    if (range && range[1] > range[0]) ranges.push([range[0], range[1]])
  }
  const anchored = anchoredNodes(document)
  const found = (node: unknown): unknown => (isAlias(node) ? anchored.get(node) : node)
  const all = new Set<unknown>()
  const texts = new Set<unknown>()
  const hideAll = (node: unknown): void => {
    const value = found(node)
    if (isScalar(value)) hide(value)
    if (all.has(value)) return
    all.add(value)
    if (isSeq(value)) for (const item of value.items) hideAll(item)
    else if (isMap(value)) for (const pair of value.items) hideAll(pair.value)
  }
  /** Below a key that is named like a secret: its texts, but for those that only say where it is. */
  const hideTexts = (node: unknown): void => {
    const value = found(node)
    if (isScalar(value) && typeof value.value === 'string') hide(value)
    if (texts.has(value)) return
    texts.add(value)
    if (isSeq(value)) for (const item of value.items) hideTexts(item)
    else if (isMap(value))
      for (const { key, value: inner } of value.items) {
        const name = isScalar(key) ? String(key.value) : ''
        if (!REFERENCE.test(name) && !PART.test(name)) hideTexts(inner)
      }
  }
  /** All that a map says of a key: it may do so twice, and by what it merges. */
  const valuesOf = (map: YAMLMap, key: string, merged = new Set<unknown>()): unknown[] =>
    map.items.flatMap(item => {
      const name = isScalar(item.key) ? item.key.value : undefined
      if (name === key) return [found(item.value)]
      if (name !== '<<') return []
      const from = found(item.value)
      return (isSeq(from) ? from.items : [from]).map(found).flatMap(part => {
        if (!isMap(part) || merged.has(part) || merged.size >= MOST_MERGES) return []
        merged.add(part)
        return valuesOf(part, key, merged)
      })
    })
  const textsOf = (map: YAMLMap, key: string) =>
    valuesOf(map, key).flatMap(node => (isScalar(node) && node.value !== null ? [String(node.value)] : []))
  visit(document, {
    Map(_, map) {
      const values = valuesOf(map, 'value')
      const isInSecret =
        textsOf(map, 'path').some(path => INTO_DATA.test(path) || isNamedSecret(lastPart(path), 'x1-y2')) &&
        textsOf(map, 'op').length > 0
      if (isInSecret) values.forEach(hideAll)
      if (textsOf(map, 'kind').includes('Secret')) {
        spans.push(part)
        for (const key of ['data', 'stringData']) valuesOf(map, key).forEach(hideAll)
      }
      for (const list of valuesOf(map, 'secretGenerator'))
        for (const generator of isSeq(list) ? list.items.map(found) : [])
          if (isMap(generator)) valuesOf(generator, 'literals').forEach(hideAll)
      for (const name of textsOf(map, 'name'))
        for (const value of values) if (isScalar(value) && isSecret(name, String(value.value))) hide(value)
    },
    Pair(_, { key, value }) {
      if (!isScalar(key)) return
      const name = String(key.value)
      const within = (): Range => [key.range?.[0] ?? 0, (value as ParsedNode | null)?.range?.[2] ?? 0]
      if (name === 'secretGenerator') spans.push(within())
      if (name === 'secretGenerator' || REFERENCE.test(name)) return
      if (isScalar(value)) {
        if (isNamedSecret(name, value.value)) hide(value)
      } else if (isNamedSecret(name, undefined)) {
        spans.push(within())
        hideTexts(value)
      }
    },
    Seq(_, { items }) {
      for (const [at, item] of items.entries()) {
        const flag = isScalar(item) ? /^--?([\w.-]+)$/.exec(String(item.value))?.[1] : undefined
        const next = found(items[at + 1])
        if (flag !== undefined && isScalar(next) && isNamedSecret(flag, next.value)) hide(next)
      }
    },
    Scalar(key, scalar) {
      const range = scalar.range
      if (key === 'key' || typeof scalar.value !== 'string' || !range) return
      if (WHOLE_SECRET.test(scalar.value)) return hide(scalar)
      ranges.push(
        ...secretsInText(text.slice(range[0], range[1])).map(([a, b]): Range => [range[0] + a, range[0] + b]),
      )
    },
  })
  return [...ranges, ...commentsBeside(document, text, part, { spans, values: ranges })]
}

/** Maps that one map takes in. */
const MOST_MERGES = 100

/** Aliases → what they stand for: the last of their name before them. One look through the document for all of them. */
function anchoredNodes(document: Document.Parsed): Map<unknown, unknown> {
  const anchors = new Map<string, unknown>()
  const nodes = new Map<unknown, unknown>()
  visit(document, {
    Alias: (_, alias) => void nodes.set(alias, anchors.get(alias.source)),
    Value: (_, node) => void (node.anchor !== undefined && anchors.set(node.anchor, node)),
  })
  return nodes
}

/** Settings that are commented out. */
function inComments(text: string): Range[] {
  return [...text.matchAll(/^[ \t]*#.*$/gm)].flatMap(({ 0: line, index }) =>
    secretsInText(line).map(([from, to]): Range => [index + from, index + to]),
  )
}

/** RFC 6901. */
function lastPart(pointer: string): string {
  return pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~')
}

/** Without what has the shape of a token, and keys of several lines. */
function withoutShapes(text: string): string {
  const lines = redactLines(redactor([]))
  return lines.push(text) + lines.end()
}

/** From the first to the last, those that overlap as one. */
function joined(ranges: Range[]): Range[] {
  const all: Range[] = []
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = all.at(-1)
    if (last && from < last[1]) last[1] = Math.max(last[1], to)
    else all.push([from, to])
  }
  return all
}

/** As many lines as before, each as far indented. */
function hidden(text: string): string {
  const [, ...more] = text.split('\n')
  return [HIDDEN, ...more.map(line => line.replace(/\S.*/, HIDDEN))].join('\n')
}
