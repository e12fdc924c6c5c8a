import { shortened, visible } from '../../text/visible-text.ts'
import type { Answer } from '../starter/repository.ts'

/** Lines of an `assay.yml` that nobody has written yet. */

/** A key with its value, or with what is to be answered: then it has no value, and `check` names it. */
export function keyed(
  key: string,
  answer: Answer<string>,
  show: (text: string) => string = scalar,
): string[] {
  if (answer === undefined) return []
  return 'ask' in answer ? question(key, answer) : [`${key}: ${show(answer.is)}`]
}

export function question(key: string, { ask, found }: { ask: string; found: readonly string[] }): string[] {
  return [`# ? ${shown(ask)}`, ...found.map(one => `#     ${shown(one)}`), `${key}:`]
}

/** How a question begins, in a file of ours. */
export const QUESTION = /^\s*(?:- )?# \? /m

export function comment(text: string): string {
  return `# ${shown(text)}`
}

export function indented(lines: readonly string[], by: string): string[] {
  return lines.map(line => (line === '' ? '' : `${by}${line}`))
}

/** A word as YAML, quoted where YAML would read something else: a number, a boolean, a comment. */
export function scalar(text: string): string {
  const plain = /^[A-Za-z_][\w./*-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
  return plain ? text : JSON.stringify(text)
}

/** A command as YAML, as plain as it may stand. */
export function commandScalar(text: string): string {
  const plain = /^[A-Za-z_][\w./,=+@%&|;()$'"~* -]*[\w./)'"]$/.test(text) && /[ /]/.test(text)
  return plain ? text : JSON.stringify(text)
}

export function list(items: readonly string[]): string {
  return `[${items.map(scalar).join(', ')}]`
}

// --- internal ---

function shown(text: string): string {
  return shortened(visible(text), 300)
}
