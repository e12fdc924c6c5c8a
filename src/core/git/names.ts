import { isVisible } from '../text/visible-text.ts'

/**
 * Names that may be handed to git. Whoever opens a pull request chooses some of them, and git takes `-x` for an option, `+a:b`
 * for an order to overwrite a branch and `a..b` for a range. Everything that passes here is none of these.
 */

/** A whole commit id: 40 (SHA-1) or 64 (SHA-256) lower-case hex digits. */
export function isCommitSha(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)
}

/** The name of a branch or tag: `git check-ref-format`, at most 255 characters, no leading `-` and nothing invisible. */
export function isRefName(text: string): boolean {
  if (text === '' || text.length > 255 || text === '@' || /^[-+/]|[/.]$/.test(text)) return false
  if (!isVisible(text) || /[\s~^:?*[\\]|\.\.|@\{|\/\//.test(text)) return false
  return text.split('/').every(part => !part.startsWith('.') && !part.endsWith('.lock'))
}

/** What a person writes for a commit: a ref name or (short) id, with steps back such as `main~2` or `HEAD^`. */
export function isRevision(text: string): boolean {
  const name = text.replace(/(?:[~^]\d{0,6}){0,20}$/, '')
  return name === '@' || isRefName(name)
}

/** A path inside a commit: relative, `/` between folders, no `.` or `..`, no NUL. */
export function isCommitPath(text: string): boolean {
  if (text === '' || text.length > 4096 || text.includes('\0') || text.includes('\\')) return false
  return text.split('/').every(part => part !== '' && part !== '.' && part !== '..')
}
