import { maskPersonalData } from '../secrets/secrets.ts'
import { shortened, visible } from '../text/visible-text.ts'

/** The packages that a commit was made with, as its lockfile says, in an environment of their own. */
export interface LockedPackages {
  lockfile: string
  /** The program that reads it. */
  tool: string
  /** Shell text, for the folder of the commit. */
  run: string
  /** What the tool is told besides. */
  env: Record<string, string>
}

/** Lockfiles in the order in which one is taken. */
export const LOCKFILES = ['uv.lock', 'poetry.lock', 'conda-linux-64.lock', 'requirements.txt'] as const
export type Lockfile = (typeof LOCKFILES)[number]

/**
 * How the packages of a commit are installed anew; undefined where it names none. A `requirements.txt` is a lockfile where every
 * line is `name==version`, with hashes or without: otherwise `loose` says so, since what it brings today is not what it brought.
 *
 * @param place folder of the new environment: an absolute path without quotes
 */
export function lockedPackages(
  files: ReadonlyMap<Lockfile, string>,
  place: string,
): LockedPackages | { loose: Lockfile } | undefined {
  const lockfile = LOCKFILES.find(name => files.has(name))
  if (lockfile === undefined) return undefined
  if (lockfile === 'requirements.txt' && !isPinned(files.get(lockfile)!)) return { loose: lockfile }
  return { lockfile, ...INSTALLS[lockfile](`'${place}'`, place) }
}

/**
 * The same as lines of a shell, for whoever has not looked which lockfile the commit has: the first of them is taken, into a folder
 * beside that of the commit, whose programs are found first from then on.
 */
export function installSteps(): string[] {
  const place = '$PWD-packages'
  const cases = LOCKFILES.flatMap((name, index) => {
    const { run, env } = INSTALLS[name](`"${place}"`, place)
    const given = Object.entries(env).map(([key, value]) => `export ${key}="${value}"; `)
    return [`${index === 0 ? 'if' : 'elif'} [ -f ${name} ]; then`, `  ${given.join('')}${run}`]
  })
  return [
    '# A requirements.txt is a lockfile where every line is name==version.',
    ...cases,
    'fi',
    `export PATH="${place}/bin:$PATH"`,
  ]
}

/** Why packages could not be installed, by the words of the tool; undefined: for another reason. */
export function whyNotInstalled(tail: string): string {
  for (const { is, why } of REASONS) {
    const said = is.exec(tail)
    if (said) return why(shown(said.slice(1).find(what => what !== undefined) ?? ''))
  }
  const lines = tail.split(/\r?\n/).filter(line => line.trim() !== '')
  return `the installation ended with: ${shown(lines.findLast(line => /error/i.test(line)) ?? lines.at(-1) ?? 'nothing said')}`
}

/** What pip installs and says of: a version that was taken back by whoever published it. */
export function yankedIn(output: string): string[] {
  return [...output.matchAll(/is a yanked version: '([\w.-]+)' candidate \(version ([^ )]+)/g)].map(
    ([, name, version]) =>
      `${shown(name!)} ${shown(version!)} was yanked since: it was installed all the same`,
  )
}

// --- internal ---

const INSTALLS: Record<Lockfile, (quoted: string, place: string) => Omit<LockedPackages, 'lockfile'>> = {
  'uv.lock': (_, place) => ({
    tool: 'uv',
    run: 'uv sync --locked --no-progress',
    env: { UV_PROJECT_ENVIRONMENT: place },
  }),
  // Poetry installs into the environment that it is started in.
  'poetry.lock': (quoted, place) => ({
    tool: 'poetry',
    run: `python3 -m venv ${quoted} && poetry install --no-interaction`,
    env: { VIRTUAL_ENV: place, POETRY_VIRTUALENVS_CREATE: 'false' },
  }),
  'conda-linux-64.lock': quoted => ({
    tool: 'conda',
    run: `conda create --yes --quiet --prefix ${quoted} --file conda-linux-64.lock`,
    env: {},
  }),
  'requirements.txt': quoted => ({
    tool: 'python3',
    run: `python3 -m venv ${quoted} && ${quoted}/bin/python -m pip install --disable-pip-version-check --no-input -r requirements.txt`,
    env: {},
  }),
}

const REASONS: { is: RegExp; why: (what: string) => string }[] = [
  {
    is: /DO NOT MATCH THE HASHES|[Hh]ash mismatch|did not match any known checksums|is not listed in the lock file/,
    why: () => 'what the index has under a name today is not what the lockfile names: the hashes differ',
  },
  {
    is: /requires a different Python|[Rr]equires-[Pp]ython|current Python version .* is not allowed/,
    why: () => 'the lockfile is for another Python than the one here',
  },
  {
    is: /name resolution|Connection refused|ConnectTimeout|NewConnectionError|Network is unreachable|Could not connect|dns error|error sending request/i,
    why: () => 'the index of the packages cannot be reached from this machine',
  },
  {
    is: /No matching distribution found for (\S+)|satisfies the requirement (\S+)|there is no version of (\S+)|(\S+) was not found in the package registry|installation candidates for (\S+)|Failed to (?:download|fetch)[^`]*`([^`]+)`[\s\S]*404 Not Found/,
    why: what =>
      `${what || 'a package'} is not to be had: it was deleted, or there is none for this Python and this machine`,
  },
]

function isPinned(text: string): boolean {
  const lines = text
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map(line => line.replace(/(^|\s)#.*$/, '').trim())
    .filter(line => line !== '')
  const named = lines.filter(
    line =>
      !/^--?(?:no-index|find-links|f|index-url|i|extra-index-url|only-binary|no-binary|prefer-binary|require-hashes|trusted-host)\b/.test(
        line,
      ),
  )
  return (
    named.length > 0 &&
    named.every(line => /^[\w.-]+(?:\[[\w.,\s-]*\])?\s*===?\s*[\w.!+-]+(?![\w.*])/.test(line))
  )
}

function shown(text: string): string {
  return shortened(visible(maskPersonalData(text)), 200)
}
