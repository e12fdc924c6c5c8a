import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A git that comes first on a PATH and writes down each of its starts. */
export interface AskedGit {
  /** For the environment of what calls git. */
  PATH: string
  /** The commands since it was last asked for them. */
  commands(): string[]
}

export function askedGit(folder: string): AskedGit {
  const [bin, asked] = [join(folder, 'asked-bin'), join(folder, 'asked')]
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  mkdirSync(bin)
  writeFileSync(asked, '')
  writeFileSync(join(bin, 'git'), `#!/bin/sh\necho "$*" >> '${asked}'\nexec '${git}' "$@"\n`, { mode: 0o755 })
  return {
    PATH: [bin, process.env.PATH].join(delimiter),
    commands() {
      const lines = readFileSync(asked, 'utf8').split('\n').slice(0, -1)
      rmSync(asked)
      writeFileSync(asked, '')
      return lines.map(line => /^(?:-c \S+ )*(\S+)/.exec(line)?.[1] ?? '')
    },
  }
}
