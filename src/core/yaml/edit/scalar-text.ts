import { isMap, isScalar } from 'yaml'
import { readDocuments } from '../documents.ts'
import type { YamlVersion } from './parse.ts'

export type YamlScalar = string | number | boolean
export type Quotes = 'none' | 'single' | 'double'

/**
 * A value as it is written in YAML on one line. Text is left plain only if YAML 1.1 and 1.2 both read it back as the
 * same text; otherwise it gets the quotes wished for, double ones where those do not suffice.
 */
export function renderScalar(value: YamlScalar, wished: Quotes, inFlow = false): string {
  if (typeof value !== 'string') return String(value)
  if (wished === 'none' && isSafePlain(value, inFlow)) return value
  if (wished === 'single' && !UNSEEN.test(value)) return `'${value.replaceAll("'", "''")}'`
  return doubleQuoted(value)
}

/** Whether text needs no quotes: no reader, of either version, takes it for a number, a date, a switch or syntax. */
export function isSafePlain(value: string, inFlow: boolean): boolean {
  if (value === '' || value.length > 4096 || UNSEEN.test(value) || AMBIGUOUS.test(value)) return false
  const without = value.replaceAll('_', '')
  return (
    VERSIONS.every(version => readsBack(value, inFlow, version)) &&
    // Go readers drop every underscore before they try a number.
    (without === value || without === '' || VERSIONS.every(version => readsBack(without, inFlow, version)))
  )
}

/** In double quotes, all that nobody can see written out. Lone surrogates are not for it. */
export function doubleQuoted(value: string): string {
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, character => {
    const code = character.codePointAt(0)!.toString(16)
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`
  })
}

// --- internal ---

const VERSIONS: YamlVersion[] = ['1.1', '1.2']
/** Line breaks, control and format characters, lone surrogates: only double quotes can show them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u
/** Special to readers beyond the two schemas: `=`, `<<`, document marks, and Go's and Python's other bases and infinities. */
const AMBIGUOUS = /^(=|<<|---.*|\.\.\..*|[-+]?0[xXoObB][\da-fA-F_]+|[-+]?\.?(inf|nan)(inity)?)$/i

function readsBack(value: string, inFlow: boolean, version: YamlVersion): boolean {
  const text = inFlow ? `{k: ${value}, l: 1}` : `k: ${value}\n`
  const { documents, faults, warnings } = readDocuments(text, { version, textKeys: false })
  const [document] = documents
  if (faults.length > 0 || warnings.length > 0 || documents.length !== 1 || !document || document.comment)
    return false
  const { contents } = document
  if (!isMap(contents) || contents.items.length !== (inFlow ? 2 : 1)) return false
  const read = contents.items[0]!.value
  return isScalar(read) && read.type === 'PLAIN' && read.value === value && !read.anchor && !read.tag
}
