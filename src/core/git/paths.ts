import picomatch from 'picomatch'

/**
 * Whether a repository path matches one of the globs (`src/**`, `*.py`, `!docs/**`; dot files included). A folder's name
 * (`src`, `./src/`) means all that is in it: read as a file's, it would match nothing and the model would never run.
 */
export function matchesAny(path: string, globs: string[]): boolean {
  const wanted = globs.filter(glob => !glob.startsWith('!'))
  const unwanted = globs.filter(glob => glob.startsWith('!')).map(glob => glob.slice(1))
  // A name may hold line breaks, which `.` of a regular expression leaves out.
  const options = { dot: true, flags: 's' }
  if (unwanted.length > 0 && picomatch(withFolders(unwanted), options)(path)) return false
  return picomatch(wanted.length > 0 ? withFolders(wanted) : ['**'], options)(path)
}

// --- internal ---

function withFolders(globs: string[]): string[] {
  return globs.flatMap(glob => {
    const name = glob.replace(/^(\.\/)+/, '').replace(/\/+$/, '')
    return name === '' || name === '.' ? ['**'] : [name, `${name}/**`]
  })
}
