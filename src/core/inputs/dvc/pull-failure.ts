import { AssayError, type Problem } from '../../errors/errors.ts'
import { maskDataPath, maskPersonalData } from '../../secrets/secrets.ts'
import { count } from '../../text/numbers.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import type { DvcRemote } from './remotes.ts'

/** Data that is not in the folder as DVC's files say. */
export interface WrongData {
  path: string
  /** What is the matter with it, after its path: `is not there`. */
  what: string
  /** The file that says which it should be. */
  file: string
}

export interface PullFacts {
  /** As it was run. */
  command: string
  /** How it ended, and the end of what it said. */
  ended: { exitCode?: number; signal?: string; notFound: boolean; timedOut: boolean; tail: string }
  remote?: DvcRemote
  /** The remote is a folder of this machine, and there is no such folder. */
  isGone: boolean
  /** None where the files are right, or nobody can say. */
  wrong: readonly WrongData[]
}

/** Why the data is not there. DVC's exit codes tell nothing, so this goes by its words, and by what was looked at besides. */
export function pullFailure(facts: PullFacts): AssayError {
  const { code, title, what, fix } = causeOf(facts)
  const more = facts.wrong.length - MOST_NAMED
  return new AssayError({
    code,
    title,
    problems: [
      { what, fix },
      ...facts.wrong.slice(0, MOST_NAMED).map(
        ({ path, what, file }): Problem => ({
          what: `\`${shown(path)}\` ${what}`,
          where: { file: shown(file) },
        }),
      ),
      ...(more > 0 ? [{ what: `and ${count(more, 'more path')}` }] : []),
    ],
    worked: 'nothing was trained: no model was made from other data than the commit names',
  })
}

/**
 * In one sentence, where the files are right all the same.
 *
 * @param made what is not, and the training makes
 */
export function pullRemark(facts: PullFacts, made: readonly WrongData[]): string {
  const { what } = causeOf(facts)
  if (made.length > 0)
    return `\`${facts.command}\` failed (${what}); what is missing is made by the training: ${made
      .slice(0, MOST_NAMED)
      .map(({ path }) => shown(path))
      .join(', ')}.`
  return `\`${facts.command}\` failed (${what}), but all data is there with the hashes that the commit names.`
}

/** A training by `dvc repro` where there is no DVC; the data may be there all the same. */
export function reproWithoutDvc(): AssayError {
  return new AssayError({
    code: 'DVC_NOT_INSTALLED',
    title: 'Nothing was trained: DVC is not installed',
    problems: [NOT_INSTALLED],
  })
}

/** Why a command of DVC failed, whichever it was. */
export interface Cause {
  code: string
  title: string
  what: string
  fix: string
}

export function causeOf(facts: PullFacts): Cause {
  for (const { is, code, title, what, fix } of ROWS) {
    const said = is instanceof RegExp ? is.exec(facts.ended.tail) : is(facts) ? NOTHING_SAID : null
    if (said) return { code, title, what: what(facts, said), fix: fix(facts, said) }
  }
  const { exitCode, signal, timedOut } = facts.ended
  const how = timedOut
    ? 'was stopped, since it took too long'
    : `ended with ${signal ?? `exit code ${exitCode}`}`
  return {
    code: 'DVC_PULL_FAILED',
    title: 'The data was not pulled',
    what: `\`${facts.command}\` ${how}: ${lastWords(facts)}`,
    fix: 'See what dvc says above; `dvc pull --verbose` on a machine with the same access says more.',
  }
}

export const NOT_INSTALLED = {
  what: '`dvc` is not on the PATH of this job',
  fix: 'Install it before this step, with what its storage needs: `pip install dvc`, `pip install "dvc[s3]"`, `"dvc[gs]"`, `"dvc[azure]"`, `"dvc[ssh]"`.',
}

// --- internal ---

const MOST_NAMED = 10

interface Row {
  code: string
  title: string
  /** What DVC says where this is the cause, or what else tells it. */
  is: RegExp | ((facts: PullFacts) => boolean)
  what: (facts: PullFacts, said: RegExpExecArray) => string
  fix: (facts: PullFacts, said: RegExpExecArray) => string
}

/** The first that holds. */
const ROWS: Row[] = [
  {
    code: 'DVC_NOT_INSTALLED',
    title: 'The data was not pulled: DVC is not installed',
    is: ({ ended }) => ended.notFound,
    what: () => NOT_INSTALLED.what,
    fix: () => NOT_INSTALLED.fix,
  },
  {
    code: 'DVC_NO_REPOSITORY',
    title: 'The data was not pulled: this is no repository of DVC',
    is: /you are not inside of a DVC repository/,
    what: () => 'there is no `.dvc` folder here or above',
    fix: () =>
      'Commit `.dvc/config` and `.dvc/.gitignore`, which `dvc init` writes; if git ignores them, take them out of `.gitignore`.',
  },
  {
    code: 'DVC_REMOTE_UNKNOWN',
    title: 'The data was not pulled: its remote has no address',
    is: /remote '(.+?)' doesn't exist/,
    what: (_, said) => `no remote of the name \`${shown(said[1]!)}\` is configured`,
    fix: () =>
      'Compare `dvc remote list` with the name in `dvc.remote` of assay.yml or `core.remote` of `.dvc/config`; what stands in `.dvc/config.local` is on the machine of whoever wrote it only.',
  },
  {
    code: 'DVC_NO_REMOTE',
    title: 'The data was not pulled: there is no remote',
    is: /No remote provided and no default remote set/i,
    what: () => 'DVC has no default remote, so it does not know where the data is',
    fix: () =>
      'Run `dvc remote add --default <name> <address>` and commit `.dvc/config`, or name one with `dvc: { remote: … }`.',
  },
  {
    code: 'DVC_PLUGIN_MISSING',
    title: 'The data was not pulled: DVC lacks what this storage needs',
    is: /(\w+) is supported, but requires '(.+?)' to be installed/,
    what: (facts, said) =>
      `${whereFrom(facts)} is of the kind \`${shown(said[1]!)}\`, for which \`${shown(said[2]!)}\` is not installed`,
    fix: (_, said) => `Install it in the same environment as DVC: \`pip install ${shown(said[2]!)}\`.`,
  },
  {
    code: 'DVC_OBJECT_CORRUPT',
    title: 'The data was not pulled: what is stored is damaged',
    is: /object (\S+) is corrupted/,
    what: (facts, said) =>
      `the object \`${shown(said[1]!)}\` in ${whereFrom(facts)} is not what its name says`,
    fix: () =>
      'Where the data is still whole, delete the object in the remote and run `dvc push` again; `dvc pull` on a second machine tells whether the cache of this one is at fault (`rm -r .dvc/cache`).',
  },
  {
    code: 'DVC_FILE_INVALID',
    title: 'The data was not pulled: a file of DVC cannot be read',
    is: /'(.+?)' is invalid/,
    what: (_, said) => `DVC cannot read \`${shown(said[1]!)}\`; it may hold a merge conflict`,
    fix: () =>
      'Keep one side (`git checkout --ours` or `--theirs`), let `dvc repro` or `dvc add` write it again, and commit it.',
  },
  {
    code: 'DVC_TARGET_UNKNOWN',
    title: 'The data was not pulled: DVC does not know what is asked for',
    is: /'(.+?)' does not exist as an output or a stage/,
    what: (_, said) => `DVC tracks nothing of the name \`${shown(said[1]!)}\``,
    fix: () =>
      'Name in `dvc.pull` what `dvc list . --dvc-only --recursive` shows, a `.dvc` file, or a stage of dvc.yaml.',
  },
  {
    code: 'DVC_REMOTE_REFUSED',
    title: 'The data was not pulled: the remote refused',
    is: /unable to locate credentials|NoCredentials|AccessDenied|Access Denied|InvalidAccessKey|ExpiredToken|Permission denied|Authentication|Unauthorized|Forbidden|\b40[13]\b/i,
    what: facts => `${whereFrom(facts)} did not let this job in: ${lastWords(facts)}`,
    fix: () =>
      'Give the job the credentials of the storage. Pull requests from forks get none from most CIs: docs/forks.md.',
  },
  {
    code: 'DVC_REMOTE_GONE',
    title: 'The data was not pulled: its remote is gone',
    is: ({ isGone }) => isGone,
    what: facts => `${whereFrom(facts)} is a folder that is not on this machine`,
    fix: () => 'Mount it where `.dvc/config` says, or give the remote an address that this machine reaches.',
  },
  {
    code: 'DVC_DATA_NOT_THERE',
    title: 'The data was not pulled: the remote does not have it',
    is: /Missing cache files|Checkout failed for following targets/,
    what: facts =>
      `${whereFrom(facts)} has not all of the data, or cannot be reached: DVC says the same of both`,
    fix: () =>
      'Run `dvc push` where the data was added; if it was, compare the address with the one that it was pushed to. DVC takes out objects that are damaged, so that they are missing too.',
  },
  {
    code: 'DVC_UNSAVED',
    title: 'The data was not pulled: other files are in its place',
    is: /unsaved files without confirmation/,
    what: facts =>
      `other files lie where the data of ${whereFrom(facts)} belongs, and DVC has no copy of them, so it left them`,
    fix: () =>
      'Delete them (`dvc checkout --force`), or `dvc add` and commit them. Where training writes them, name only what it reads: `dvc: { pull: [data/train.csv] }`.',
  },
  {
    code: 'DVC_DATA_WRONG',
    title: 'The data is not the one that the commit names',
    is: ({ ended }) => ended.exitCode === 0,
    what: () => '`dvc pull` went through, but what lies here is other data',
    fix: () =>
      'Delete it and pull again (`dvc pull --force`). If it stays so, the object in the remote or in `.dvc/cache` is damaged.',
  },
]

const NOTHING_SAID = /(?:)/.exec('')!

function whereFrom({ remote }: PullFacts): string {
  if (!remote) return 'the remote'
  const address = remote.address === undefined ? '' : ` (${shown(remote.address)})`
  return `the remote \`${shown(remote.name)}\`${address}`
}

/** The last error that DVC told. */
function lastWords({ ended }: PullFacts): string {
  const lines = ended.tail
    .split(/\r?\n/)
    .filter(line => line.trim() !== '' && !/^Having any troubles/.test(line))
  const errors = lines.filter(line => /^ERROR: (?!.* \d+ files failed to (?:up|down)load)/.test(line))
  const last = errors.at(-1)?.slice('ERROR: '.length) ?? lines.at(-1) ?? 'it said nothing'
  return shown(maskPersonalData(last), 300)
}

function shown(text: string, most = 160): string {
  return shortened(visible(maskDataPath(text)), most)
}
