/**
 * Settings of git as they come from the machine and from a repository. Whoever runs code beside a repository can write its
 * settings, and many of them are programs to start. Those of the machine (system, global, the job's variables) count: they are
 * how git reaches its servers, and how Git LFS is installed.
 */

export interface Setting {
  /** `system`, `global`, `command`; `local` and `worktree` are the repository's. */
  scope: string
  /** As git prints it: `filter.lfs.smudge`; the middle part keeps its case. */
  key: string
  /** Absent: written without `=`, which is true. */
  value?: string
}

/** What `git config --list --show-scope --null` printed. */
export function parseSettings(printed: string): Setting[] {
  const fields = printed.split('\0')
  const settings: Setting[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const entry = fields[at + 1]!
    const end = entry.indexOf('\n')
    const key = end < 0 ? entry : entry.slice(0, end)
    settings.push({ scope: fields[at]!, key, ...(end >= 0 && { value: entry.slice(end + 1) }) })
  }
  return settings
}

/**
 * What keeps git from starting a program that a repository names: settings for the command line, which win. Each is put back
 * to what the machine says, else to git's own default.
 */
export function overridesOf(settings: readonly Setting[]): [key: string, value: string][] {
  const ofMachine = settings.filter(one => !isOfRepository(one))
  const said = (key: string) => ofMachine.findLast(one => one.key === key)?.value
  const ofRepository = settings.filter(isOfRepository)
  const asked = (key: string) => ofRepository.findLast(one => one.key === key)?.value
  // Git LFS is what it says, whoever says it.
  const keys = [...new Set(ofRepository.map(({ key }) => key))].filter(
    key => LFS[key] === undefined || LFS[key] !== asked(key),
  )
  const single = keys.flatMap((key): [string, string][] => {
    const neutral = programOf(key)?.neutral
    return neutral === undefined ? [] : [[key, said(key) ?? neutral]]
  })
  const helpers = keys.filter(isHelper)
  if (helpers.length === 0) return single
  // A list: an empty entry forgets those before it, and the machine's own come again.
  const own = ofMachine.filter(({ key, value }) => isHelper(key) && value !== undefined)
  const forgotten = [...helpers, 'credential.helper'].map((key): [string, string] => [key, ''])
  return [...single, ...forgotten, ...own.map(({ key, value }): [string, string] => [key, value!])]
}

/** Variables that do the same where a setting would not be heard. */
export function overridingVariables(settings: readonly Setting[]): Record<string, string> {
  return Object.assign({}, ...settings.filter(isOfRepository).map(({ key }) => programOf(key)?.variables))
}

/**
 * Settings of a repository that name a program which git would start to fetch what a partial clone lacks, and that nothing
 * overrides. A fetch of our own names the program itself.
 */
export function fetchPrograms(settings: readonly Setting[]): string[] {
  const named = settings.filter(isOfRepository).filter(({ key }) => {
    const program = programOf(key)
    return program && program.neutral === undefined && program.variables === undefined
  })
  return settings.some(({ key }) => PARTIAL.test(key)) ? [...new Set(named.map(({ key }) => key))] : []
}

/**
 * Whether a settings file may hold one that `overridesOf` answers, or has git read settings elsewhere. It looks for their names
 * alone and anywhere in the text: git's own reading can only find fewer.
 */
export function mayNameProgram(text: string): boolean {
  return NAMED.test(text)
}

/** A settings file for a copy of the repository: what tells how its objects and files are stored, and the way to its remotes. */
export function settingsForCopy(settings: readonly Setting[], storage: string): string {
  const own = settings.filter(isOfRepository)
  const lfs = own.filter(one => one.value !== undefined && LFS[one.key] === one.value)
  const kept = [...own.filter(({ key }) => HARMLESS.test(key)), ...lfs]
  // What is downloaded once is there for all copies.
  const stored = own.some(({ key }) => key === 'lfs.storage') ? [] : [{ key: 'lfs.storage', value: storage }]
  return [...kept, ...stored].map(written).join('')
}

// --- internal ---

function isOfRepository({ scope }: Setting): boolean {
  return scope === 'local' || scope === 'worktree'
}

/**
 * Settings that start programs in a call of ours, and what git does without them. Those for differences, merges, signatures,
 * pagers and editors start none: no call of ours shows, merges, verifies or edits.
 */
const PROGRAMS: {
  section: string
  middle?: RegExp
  names: string[]
  /** Absent: of several git takes the first, and a setting that is said later is not heard. */
  neutral?: string
  /** Variables that git heeds instead of the setting. */
  variables?: Record<string, string>
}[] = [
  { section: 'filter', names: ['clean', 'smudge', 'process'], neutral: '' },
  { section: 'filter', names: ['required'], neutral: 'false' },
  { section: 'core', names: ['sshcommand'], neutral: 'ssh' },
  { section: 'core', names: ['askpass'], neutral: '' },
  { section: 'core', names: ['gitproxy'], variables: { GIT_PROXY_COMMAND: '' } },
  { section: 'core', names: ['alternaterefscommand'], neutral: 'true' },
  { section: 'core', names: ['attributesfile'], neutral: '/dev/null' },
  { section: 'remote', names: ['vcs'], neutral: '' },
  { section: 'remote', names: ['uploadpack'] },
  // Newer git: hooks without a file, whatever `core.hooksPath` says. An empty event takes back those before it.
  { section: 'hook', names: ['command'], neutral: 'true' },
  { section: 'hook', names: ['event'], neutral: '' },
  // Git LFS takes the middle in any case.
  { section: 'lfs', middle: /^extension\./i, names: ['clean', 'smudge'], neutral: '' },
  { section: 'lfs', middle: /^customtransfer\./i, names: ['path'], neutral: '' },
  { section: 'lfs', names: ['standalonetransferagent'], neutral: '' },
]
/** Each of them makes git take a clone for a partial one. */
const PARTIAL = /^(?:extensions\.partialclone|remote\..*\.(?:promisor|partialclonefilter))$/s
const HELPER = { section: 'credential', name: 'helper' }
/** What has git read settings from another file. */
const MORE = ['path', 'worktreeconfig']

/**
 * The names as a file writes them: a name is in one piece there, whatever is quoted, escaped or left out around it. After a `[`
 * stands a section, as `[uploadpack]` of a clone that serves others.
 */
const NAMED = new RegExp(
  `(?<![a-z0-9[-])(?:${[...PROGRAMS.flatMap(({ names }) => names), HELPER.name, ...MORE].join('|')})(?![a-z0-9-])`,
  'i',
)

function isHelper(key: string): boolean {
  const { section, name } = partsOf(key)
  return section === HELPER.section && name === HELPER.name
}

function programOf(key: string): (typeof PROGRAMS)[number] | undefined {
  const { section, middle = '', name } = partsOf(key)
  return PROGRAMS.find(
    one => one.section === section && one.names.includes(name) && (one.middle?.test(middle) ?? true),
  )
}

const HARMLESS =
  /^(?:core\.(?:repositoryformatversion|filemode|symlinks|ignorecase|precomposeunicode|protecthfs|protectntfs|autocrlf|eol|longpaths|bigfilethreshold|sparsecheckout|sparsecheckoutcone)|extensions\.(?:objectformat|partialclone)|remote\..*\.(?:url|fetch|promisor|partialclonefilter)|url\..*\.insteadof|http\..*|lfs\.(?:url|storage))$/s

/** What `git lfs install --local` writes, as `actions/checkout` with `lfs: true` does. */
const LFS: Record<string, string> = {
  'filter.lfs.clean': 'git-lfs clean -- %f',
  'filter.lfs.smudge': 'git-lfs smudge -- %f',
  'filter.lfs.process': 'git-lfs filter-process',
  'filter.lfs.required': 'true',
}

function written({ key, value }: Pick<Setting, 'key' | 'value'>): string {
  const { section, middle, name } = partsOf(key)
  const below = middle === undefined ? '' : ` ${quoted(middle)}`
  return `[${section}${below}]\n\t${name} = ${quoted(value ?? 'true')}\n`
}

/** Neither section nor name has a dot; what is between them may have any. */
function partsOf(key: string): { section: string; middle?: string; name: string } {
  const [first, last] = [key.indexOf('.'), key.lastIndexOf('.')]
  const middle = first === last ? undefined : key.slice(first + 1, last)
  return { section: key.slice(0, first), middle, name: key.slice(last + 1) }
}

function quoted(text: string): string {
  const escaped = text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
  return `"${escaped}"`
}
