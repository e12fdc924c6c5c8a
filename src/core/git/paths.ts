import picomatch from 'picomatch'

/**
 * Whether a repository path matches one of the globs (`src/**`, `*.py`, `!docs/**`; dot files included). A folder's name
 * (`src`, `./src/`) means all that is in it: read as a file's, it would match nothing and the model would never run.
 */
export function matchesAny(path: string, globs: string[]): boolean {
  return matcherOf(globs)(path)
}

/** `matchesAny` of many paths. */
export function matcherOf(globs: string[]): (path: string) => boolean {
  const wanted = globs.filter(glob => !glob.startsWith('!'))
  const unwanted = globs.filter(glob => glob.startsWith('!')).map(glob => glob.slice(1))
  // A name may hold line breaks, which `.` of a regular expression leaves out.
  const options = { dot: true, flags: 's' }
  const isWanted = picomatch(wanted.length > 0 ? withFolders(wanted) : ['**'], options)
  if (unwanted.length === 0) return isWanted
  const isUnwanted = picomatch(withFolders(unwanted), options)
  return path => !isUnwanted(path) && isWanted(path)
}

// --- internal ---

function withFolders(globs: string[]): string[] {
  return globs.flatMap(glob => {
    const name = glob.replace(/^(\.\/)+/, '').replace(/\/+$/, '')
    return name === '' || name === '.' ? ['**'] : [name, `${name}/**`]
  })
}
