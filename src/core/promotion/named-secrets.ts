import { isSecret } from '../secrets.ts'

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
  const named = [...text.matchAll(NAMED)].flatMap(match => {
    const [, name = '', sign = '', value = ''] = match
    const from = match.index + match[0].length - value.length
    return isSecret(`-${dashed(name)}`, value) && !REFERENCE.test(name) && !isReference(value, sign)
      ? [[from, from + value.length] as Range]
      : []
  })
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

/** `name=value`, `name: value`, `"name": "value"`, also where the quotes are written with a backslash. */
const NAMED =
  /(?<![\w.-])-{0,2}([A-Za-z][\w.-]{0,80})((?:\\?["'])?[ \t]{0,8}[=:][ \t]{0,8})(?:\\?["'])?([^\s"'\\,;&{}()[\]|>]{1,4096})/g
const AUTHORIZATION = /\b(?:Bearer|Basic) {1,4}([\w.~+/=-]{8,4096})/g
const KEY_AND_VALUE = /^([ \t]*(?:- +)?["']?)([\w.-]+)(["']?:[ \t]+)([^ \t\r\n#{[|>][^\r\n]*)/gm
const VARIABLE = /(\bname:[ \t]*["']?)([\w.-]+)(["']?[ \t]*\r?\n[ \t]*value:[ \t]*)([^\r\n]+)/g

/** A variable, or the name of another place: nothing secret is written there. `key:` of other text is no setting. */
function isReference(value: string, sign: string): boolean {
  return (
    value.startsWith('$') ||
    value.startsWith('<') ||
    value === HIDDEN ||
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

/** `dbPassword` → `db-password`: names are told apart by their words. */
function dashed(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/g, '$1-$2')
}
