import { type CST, isScalar, isSeq, type Scalar } from 'yaml'
import { nextLine } from './lines.ts'
import type { Located } from './locate.ts'
import type { YamlSource } from './parse.ts'
import { refused, renderPath } from './problem.ts'
import { isSafePlain, type Quotes, renderScalar, type YamlScalar } from './scalar-text.ts'

/** Bytes `from` to `to` of the text give way to `text`. */
export interface Splice {
  from: number
  to: number
  text: string
}

/**
 * The splices that write a scalar over the scalar at a path; none where it is there already. Quotes stay as they are
 * where they can.
 *
 * @throws AssayError `YAML_EDIT_REFUSED` where a list or map stands there
 */
export function setScalar(source: YamlSource, at: Located, value: YamlScalar): Splice[] {
  const node = at.nodes.at(-1)
  const inFlow = at.nodes.slice(0, -1).some(parent => 'flow' in parent && parent.flow === true)
  // A key without a value: `tag:` is no scalar token, the value goes after the colon.
  if (at.nodes.length === at.path.length || (isScalar(node) && isEmpty(node)))
    return [afterColon(source, at, renderScalar(value, 'none', inFlow))]
  if (!isScalar(node)) {
    const kind = isSeq(node) ? 'a list' : 'a map'
    const what = `\`${renderPath(at.path)}\` is ${kind}, not a single value`
    throw refused([{ what, where: { file: source.file, line: source.lineOf(node!.range[0]) } }])
  }
  if (alreadyReads(node, value, inFlow)) return []
  const token = node.srcToken
  if (token?.type === 'block-scalar' && typeof value === 'string' && value.includes('\n'))
    return overLines(source, token, String(node.value), value)
  const text = renderScalar(value, quotesOf(node), inFlow)
  if (token?.type === 'block-scalar') return overBlockScalar(token, text)
  return [{ from: node.range![0], to: node.range![1], text }]
}

export function isEmpty(node: Scalar): boolean {
  return node.value === null && node.source === ''
}

// --- internal ---

function quotesOf(node: Scalar): Quotes {
  return node.type === 'QUOTE_SINGLE' ? 'single' : node.type === 'QUOTE_DOUBLE' ? 'double' : 'none'
}

/** Whether readers of both versions read this value there now. */
function alreadyReads(node: Scalar, value: YamlScalar, inFlow: boolean): boolean {
  if (typeof value !== 'string') return node.value === value && node.source === String(value)
  return node.value === value && (node.type !== 'PLAIN' || isSafePlain(value, inFlow))
}

/** `tag: |- # note` + lines → `tag: value # note`: the lines go, comment and following blank lines stay. */
function overBlockScalar(token: CST.BlockScalar, text: string): Splice[] {
  const header = token.props.find(prop => prop.type === 'block-scalar-header') as CST.SourceToken
  const lines = token.props.at(-1)!
  const start = 'source' in lines ? lines.offset + lines.source.length : lines.offset
  let content = token.source.length
  while (content > 0 && ' \t\r\n'.includes(token.source[content - 1]!)) content--
  if (content > 0) content = nextLine(token.source, content)
  return [
    { from: header.offset, to: header.offset + header.source.length, text },
    { from: start, to: start + content, text: '' },
  ]
}

/** Text of several lines over that of a literal block: the lines that differ, and no other byte. */
function overLines(source: YamlSource, token: CST.BlockScalar, before: string, after: string): Splice[] {
  const line = source.lineOf(token.offset)
  const header = token.props.find(prop => prop.type === 'block-scalar-header') as CST.SourceToken
  const last = token.props.at(-1)!
  const from = 'source' in last ? last.offset + last.source.length : last.offset
  const [written, old, now] = [token.source.split('\n'), before.split('\n'), after.split('\n')]
  const first = old.findIndex(text => text !== '')
  const indent = (written[first] ?? '').replace(/\r$/, '').length - (old[first] ?? '').length
  const isAsWritten = old.every(
    (text, at) => text === '' || written[at]?.replace(/\r$/, '').slice(indent) === text,
  )
  if (!header.source.startsWith('|') || indent < 1 || !isAsWritten || UNWRITABLE.test(after))
    throw refused([
      {
        what: 'only a text in a block of the kind `|` is edited line by line',
        where: { file: source.file, line },
        fix: 'write it as `|` and its lines below',
      },
    ])
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start++
  let end = 0
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++
  const ending = written[0]?.endsWith('\r') ? '\r' : ''
  const lines = now
    .slice(start, now.length - end)
    .map(text => `${text === '' ? '' : `${' '.repeat(indent)}${text}`}${ending}`)
  const offset = (at: number) => from + written.slice(0, at).reduce((sum, text) => sum + text.length + 1, 0)
  const [to, most] = [offset(old.length - end), from + token.source.length]
  // The last line of the file may have no end.
  const text = lines.map(text => `${text}\n`).join('')
  return [{ from: offset(start), to: Math.min(to, most), text: to > most ? text.slice(0, -1) : text }]
}

/** No literal block can show them. */
const UNWRITABLE = /[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?![\n\t])\p{Cc}/u

function afterColon(source: YamlSource, at: Located, text: string): Splice {
  const entry = at.entries.at(-1)
  const pair = entry && 'pair' in entry ? entry.pair : undefined
  const colon = (pair?.srcToken as CST.CollectionItem | undefined)?.sep?.find(
    token => token.type === 'map-value-ind',
  )
  if (!colon) {
    const where = { file: source.file, line: source.lineOf(at.nodes.at(-1)?.range[0] ?? 0) }
    throw refused([{ what: `\`${renderPath(at.path)}\` has no place for a value`, where }])
  }
  const offset = colon.offset + 1
  return { from: offset, to: offset, text: ` ${text}` }
}
