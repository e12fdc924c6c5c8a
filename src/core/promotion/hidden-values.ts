import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  visit,
  type YAMLMap,
} from 'yaml'
import { isSecret } from '../secrets.ts'
import { readDocuments } from '../yaml-documents.ts'

/** What stands in place of a value that is not shown. */
const HIDDEN = '(hidden)'

/**
 * A manifest as it may be shown to everybody who reads a pull request: values of Secrets, of variables, keys and arguments that
 * are named like secrets, and what a kustomization makes Secrets of, are hidden. Line by line the rest is as it was, so that
 * differences keep their line numbers. undefined: it holds secrets and cannot be read, so nothing of it may be shown.
 */
export function withHiddenValues(text: string): string | undefined {
  const mark = text.startsWith('\ufeff') ? 1 : 0
  const { documents, faults } = readDocuments(text.slice(mark), {
    textKeys: false,
    characters: MOST_CHARACTERS,
  })
  if (faults.length > 0) return /\bSecret\b|secretGenerator/.test(text) ? undefined : byLines(text)
  let shown = ''
  let at = 0
  for (const [from, to] of joined(documents.flatMap(hiddenRanges))) {
    shown += text.slice(at, from + mark) + hidden(text.slice(from + mark, to + mark))
    at = to + mark
  }
  return shown + text.slice(at)
}

// --- internal ---

type Range = [from: number, to: number]

const MOST_CHARACTERS = 2 * 1024 * 1024
/** Keys that say where a secret is, or of which kind: `secretName`, `secretKeyRef`. */
const REFERENCE = /(name|names|ref|refs|class|type|path|mount|provider|store|id)$/i
const KEY_AND_VALUE = /^([ \t]*(?:- +)?["']?)([\w.-]+)(["']?:[ \t]+)([^ \t\r\n#{[|>][^\r\n]*)/gm
const ARGUMENT = /^-{0,2}([\w.-]+)=/

function hiddenRanges(document: Document.Parsed): Range[] {
  const ranges: Range[] = []
  const hide = (node: unknown, from = 0) => {
    const range = (node as ParsedNode | null)?.range
    if (range && range[1] > range[0]) ranges.push([range[0] + from, range[1]])
  }
  const hideAll = (node: unknown) => {
    const found = isAlias(node) ? node.resolve(document) : node
    if (isScalar(found)) hide(found)
    else if (found)
      visit(found as Node, { Scalar: (key, scalar) => (key === 'key' ? undefined : hide(scalar)) })
  }
  visit(document, {
    Map(_, map) {
      if (textOf(map, 'kind') === 'Secret')
        for (const key of ['data', 'stringData']) hideAll(map.get(key, true))
      for (const generator of itemsOf(map, 'secretGenerator'))
        if (isMap(generator)) hideAll(generator.get('literals', true))
      const name = textOf(map, 'name')
      const value = textOf(map, 'value')
      if (name !== undefined && value !== undefined && isSecret(name, value)) hide(map.get('value', true))
    },
    Pair(_, { key, value }) {
      if (!isScalar(key) || !isScalar(value) || typeof value.value !== 'string') return
      const name = String(key.value)
      const isApplied =
        name === 'kubectl.kubernetes.io/last-applied-configuration' && /"Secret"/.test(value.value)
      if (isApplied || (isSecret(dashed(name), value.value) && !REFERENCE.test(name))) hide(value)
    },
    Scalar(key, scalar) {
      if (key === 'key' || typeof scalar.value !== 'string' || scalar.type === 'BLOCK_LITERAL') return
      const argument = ARGUMENT.exec(scalar.value)
      if (argument && isSecret(argument[1]!, scalar.value.slice(argument[0].length)))
        hide(scalar, scalar.type === 'PLAIN' ? argument[0].length : 0)
    },
  })
  return ranges
}

function textOf(map: YAMLMap, key: string): string | undefined {
  const node = map.get(key, true)
  return isScalar(node) && (typeof node.value === 'string' || typeof node.value === 'number')
    ? String(node.value)
    : undefined
}

function itemsOf(map: YAMLMap, key: string): unknown[] {
  const list = map.get(key, true) as unknown
  return isSeq(list) ? list.items : []
}

/** What is no YAML, such as a template: line by line, by the names of the keys. */
function byLines(text: string): string {
  return text.replace(KEY_AND_VALUE, (line, before: string, name: string, between: string, value: string) =>
    isSecret(dashed(name), value) && !REFERENCE.test(name) ? `${before}${name}${between}${HIDDEN}` : line,
  )
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

/** `dbPassword` → `db-password`: names are told apart by their words. */
function dashed(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/g, '$1-$2')
}

/** As many lines as before, each as far indented. */
function hidden(text: string): string {
  const [, ...more] = text.split('\n')
  return [HIDDEN, ...more.map(line => line.replace(/\S.*/, HIDDEN))].join('\n')
}
