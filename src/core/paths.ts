import picomatch from 'picomatch'

/** Whether a repository path matches one of the globs (`src/**`, `*.py`, `!docs/**`; dot files included). */
export function matchesAny(path: string, globs: string[]): boolean {
  const wanted = globs.filter(glob => !glob.startsWith('!'))
  const unwanted = globs.filter(glob => glob.startsWith('!')).map(glob => glob.slice(1))
  const options = { dot: true }
  if (unwanted.length > 0 && picomatch(unwanted, options)(path)) return false
  return picomatch(wanted.length > 0 ? wanted : ['**'], options)(path)
}
