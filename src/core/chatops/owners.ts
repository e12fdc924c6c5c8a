import picomatch from 'picomatch'

/** `CODEOWNERS`: whom a deploy repository names for a folder. */

/**
 * Owners of a path, `kim` or `acme/ml-platform`, by the last line that fits; none where that line names none or only addresses
 * of mail, which tell nobody's account. Undefined where no line fits. Sections of a file are read as if they were not there.
 */
export function ownersOf(text: string, path: string): string[] | undefined {
  let owners: string[] | undefined
  for (const line of text.split(/\r?\n/).slice(0, MOST_LINES)) {
    const [pattern = '', ...names] = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/)
    if (pattern === '' || /^\^?\[/.test(pattern) || pattern.startsWith('!') || pattern.length > MOST_PATTERN)
      continue
    if (fits(pattern, path)) owners = names.flatMap(name => (/^@[\w./-]+$/.test(name) ? [name.slice(1)] : []))
  }
  return owners
}

// --- internal ---

const MOST_LINES = 5_000
const MOST_PATTERN = 300

/** As in a `.gitignore`: anchored where there is a slash before its end; a folder means all in it. */
function fits(pattern: string, path: string): boolean {
  const bare = pattern.replace(/^\//, '').replace(/\/$/, '')
  if (bare === '') return true
  const anchored = pattern.slice(0, -1).includes('/') ? bare : `**/${bare}`
  const isOnlyBelow = pattern.endsWith('/*')
  const globs = [...(pattern.endsWith('/') ? [] : [anchored]), ...(isOnlyBelow ? [] : [`${anchored}/**`])]
  return picomatch.isMatch(path, globs, { dot: true, nobrace: true, noextglob: true })
}
