import { dashed, isSecret } from '../../secrets/secret-name.ts'

/** Values whose names say that they are secret, in keys of YAML and in any other text. */

/** What stands in place of a value that is not shown. */
export const HIDDEN = '(hidden)'

export type Range = [from: number, to: number]

/** Keys that say where a secret is, or of which kind: `secretName`, `secretKeyRef`. */
export const REFERENCE = /(name|names|ref|refs|class|type|path|mount|provider|store|id)$/i

/**
 * Whether a key names a secret. What is a number or a switch is none, as in `max_tokens: 512`, but for passwords; undefined for
 * lists and maps.
 */
export function isNamedSecret(key: string, value: unknown): boolean {
  if (REFERENCE.test(key)) return false
  const name = dashed(key)
  if (value === undefined) return isSecret(name, '')
  if (typeof value === 'string') return isSecret(`-${name}`, value)
  return typeof value === 'number' && /PASSWO?R?D|PASSPHRASE/i.test(name)
}

/** Where values of named secrets stand in a text that is no YAML: settings, commands, JSON, addresses. */
export function secretsInText(text: string): Range[] {
  const named: Range[] = []
  let hiddenTo = 0
  for (const match of text.matchAll(NAMED)) {
    const [whole, name = '', sign = '', quote] = match
    const from = match.index + whole.length
    // What a value holds is hidden with it.
    if (from < hiddenTo || !mayBeSecret(name) || isReference(text.slice(from, from + 8), sign)) continue
    const before = text.slice(Math.max(0, match.index - LONGEST_INDENT), match.index)
    const isSetting = !whole.startsWith('-') && START.test(before)
    const value = quote === undefined ? plainAt(text, from, isSetting) : quotedAt(text, from, quote)
    if (value === '' || !isSecret(`-${dashed(name)}`, value)) continue
    hiddenTo = from + value.length
    named.push([from, hiddenTo])
  }
  const shown = [...text.matchAll(AUTHORIZATION)].map((match): Range => {
    const to = match.index + match[0].length
    return [to - match[1]!.length, to]
  })
  return [...named, ...shown]
}

/** What is no YAML, such as a template: line by line, by the names of keys, variables and settings. */
export function withoutNamedValues(text: string): string {
  const inKeys = text.replace(
    KEY_AND_VALUE,
    (line, before: string, name: string, between: string, value: string) =>
      isNamedSecret(name, value) ? `${before}${name}${between}${HIDDEN}` : line,
  )
  const inVariables = inKeys.replace(
    VARIABLE,
    (all, before: string, name: string, between: string, value: string) =>
      isSecret(name, value) ? `${before}${name}${between}${HIDDEN}` : all,
  )
  const inBlocks = withoutBlocks(inVariables)
  let shown = ''
  let at = 0
  for (const [from, to] of secretsInText(inBlocks).sort((a, b) => a[0] - b[0])) {
    if (from < at) continue
    shown += inBlocks.slice(at, from) + HIDDEN
    at = to
  }
  return shown + inBlocks.slice(at)
}

// --- internal ---

/** `name=`, `name:`, `"name": "`, also where the quotes are written with backslashes: what stands before a value. */
const NAMED =
  /(?<![\w.-])-{0,2}([A-Za-z][\w.-]{0,80})((?:\\{0,15}["'])?[ \t]{0,8}[=:][ \t]{0,8})(\\{0,15}["'])?/g
/** What may stand before a setting that has its line for itself. */
const START = /(?:^|\n)[ \t]*(?:#+[ \t]*)?(?:-[ \t]+)?(?:export[ \t]+)?$/
const PLAIN = /[^\s"'\\,;&{}()[\]|>]{1,65536}/y
const LINE = /[^\s"'\\,;&{}()[\]|>][^\r\n]{0,65536}/y
/** Characters of its line before the name of a setting. */
const LONGEST_INDENT = 200
const AUTHORIZATION = /\b(?:Bearer|Basic) {1,4}([\w.~+/=-]{8,4096})/g
const KEY_AND_VALUE = /^([ \t]*(?:- +)?["']?)([\w.-]+)(["']?:[ \t]+)([^ \t\r\n#{[|>][^\r\n]*)/gm
const VARIABLE = /(\bname:[ \t]*["']?)([\w.-]+)(["']?[ \t]*\r?\n[ \t]*value:[ \t]*)([^\r\n]+)/g

/** Whether a name is that of a secret with any value. */
function mayBeSecret(name: string): boolean {
  return !REFERENCE.test(name) && isSecret(`-${dashed(name)}`, 'x1-y2')
}

/** A value without quotes: the word, or of a setting all that its line has. */
function plainAt(text: string, from: number, isSetting: boolean): string {
  const shape = isSetting ? LINE : PLAIN
  shape.lastIndex = from
  return (shape.exec(text)?.[0] ?? '').trimEnd()
}

/**
 * A value in quotes: as far as the quote that is written as the first was. In JSON within JSON a quote has 1 backslash before it,
 * then 3, then 7, and one that belongs to the value has more. Without an end it is the rest of the line.
 */
function quotedAt(text: string, from: number, quote: string): string {
  const mark = quote.at(-1)!
  const depth = quote.length - 1
  const ends = mark === '"' ? /\\*"|[\r\n]/g : /\\*''?|[\r\n]/g
  ends.lastIndex = from
  for (let match = ends.exec(text); match; match = ends.exec(text)) {
    const [whole] = match
    const slashes = /^\\*/.exec(whole)![0].length
    if (slashes === 0 && whole !== mark && whole !== "''") return text.slice(from, match.index)
    const isEnd = whole.length - slashes === 1 && slashes % (2 * (depth + 1)) === depth
    if (isEnd) return text.slice(from, match.index + slashes - depth)
  }
  return text.slice(from)
}

/** A variable, or the name of where it is kept: nothing secret is written there. `key:` of other text is no setting. */
function isReference(value: string, sign: string): boolean {
  return (
    value.startsWith('$') ||
    value.startsWith('<') ||
    value.startsWith(HIDDEN) ||
    (sign.includes(':') && value.startsWith('//'))
  )
}

/** Blocks of a key that is named like a secret: every line that is further indented. */
function withoutBlocks(text: string): string {
  let deeper: number | undefined
  return text
    .split('\n')
    .map(line => {
      const indent = /^[ \t]*/.exec(line)![0].length
      if (deeper !== undefined && (line.trim() === '' || indent > deeper)) return line.replace(/\S.*/, HIDDEN)
      const [, , name] = /^([ \t]*(?:- +)?["']?)([\w.-]+)["']?:[ \t]*[|>][-+\d]*[ \t]*\r?$/.exec(line) ?? []
      deeper = name !== undefined && isNamedSecret(name, 'x1-y2') ? indent : undefined
      return line
    })
    .join('\n')
}
