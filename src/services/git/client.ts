import { dirname } from 'node:path'
import { GitConstructError, GitError, GitPluginError, type SimpleGit, simpleGit } from 'simple-git'
import { AssayError, isAssayError, type Problem } from '../../core/errors/errors.ts'
import { REFUSALS, type RefusalCause, type RefusalReason } from '../../core/errors/refusals.ts'
import { visible } from '../../core/text/visible-text.ts'
import { childEnvironment } from '../process/child-environment.ts'
import { type BatchObject, readObjects } from './batch.ts'
import { mayFindProgram } from './found-settings.ts'
import { withSettings } from './remote.ts'
import { fetchPrograms, overridesOf, overridingVariables, parseSettings } from './settings.ts'
import { judgeGitWords } from './words.ts'

/** Calls git in one folder. Arguments are ours or have passed a validator: none of them is passed on as it came. */
export interface GitClient {
  /** What git printed. @throws AssayError with git's own words */
  text(command: string, ...parameters: string[]): Promise<string>
  /** As `text`, undefined where git refuses: for questions that may have no answer. */
  maybe(command: string, ...parameters: string[]): Promise<string | undefined>
  /** The bytes of a blob. */
  blob(id: string): Promise<Uint8Array>
  /** Objects by id or `commit:path`, in one process; one of more than `most` bytes is passed over. */
  objects(names: readonly string[], most: number): Promise<BatchObject[]>
}

export interface GitClientOptions {
  env: Readonly<Record<string, string | undefined>>
  /** For calls that talk to a server, where that is another one: it may hold a token. */
  serverEnv?: Readonly<Record<string, string | undefined>>
  /** git is stopped when it prints nothing for so long. */
  silenceMs: number
  /** Who wrote the repository's settings. Users' code may write `theirs` at any time. */
  settings: 'ours' | 'theirs'
  /** The folder's own `.git` and no other, whoever owns it: that was asked of the repository around it. As git does. */
  isSubmodule?: boolean
}

/**
 * A client that starts no program that a repository names (hooks, filters, monitors, helpers, ssh commands), never asks for a
 * password, speaks English and is stopped when it hangs. The machine's own git settings (credentials, proxies, safe.directory,
 * Git LFS) hold. git gets no variable that it does not need; only calls to a server get those that helpers may read.
 */
export function gitClient(folder: string, options: GitClientOptions): GitClient {
  const own = { ...OWN, ...(options.isSubmodule && { GIT_DIR: '.git' }), ...within(folder, options.settings) }
  const local = childEnvironment('git', options.env, own)
  // A push of ours from a partial clone may ask for what it lacks.
  const toServer = options.settings === 'ours' ? own : { ...own, GIT_NO_LAZY_FETCH: '1' }
  const remote = childEnvironment('git_remote', options.serverEnv ?? options.env, toServer)
  /** Read before each call: what ran meanwhile may have written them. */
  const settings = async () => {
    if (options.settings === 'ours' || !mayFindProgram(folder)) return []
    return parseSettings(await hardened(folder, { ...local, ...NO_FETCH }, options).raw(LIST))
  }
  const run = async <T>(
    call: (git: SimpleGit, env: Record<string, string>) => PromiseLike<T>,
    of: 'server' | 'files' | 'rest',
  ): Promise<T> => {
    let programs: string[] = []
    try {
      const found = await settings()
      programs = fetchPrograms(found)
      if (of === 'server' && programs.length > 0) throw failure('GIT_FAILED', notFetching(programs))
      const given = of === 'server' ? remote : local
      const fetches = of === 'files' && options.settings === 'theirs' && programs.length === 0
      const own = { ...(of !== 'server' && !fetches && NO_FETCH), ...overridingVariables(found) }
      const env = withSettings({ ...given, ...own }, overridesOf(found))
      return await call(hardened(folder, env, options), env)
    } catch (cause) {
      const failed = gitFailed(cause, folder, options.silenceMs)
      const isLacking = of === 'files' && programs.length > 0 && isAssayError(failed, 'GIT_FAILED')
      throw isLacking ? failure('GIT_FAILED', [...failed.problems, ...notFetching(programs)]) : failed
    }
  }
  return {
    text: (command, ...rest) =>
      run(
        git => git.raw([command, ...(READS.has(command) ? PLAIN_SERVER : []), ...rest]),
        SERVER.has(command) ? 'server' : FILES.has(command) ? 'files' : 'rest',
      ),
    async maybe(command, ...rest) {
      try {
        return await this.text(command, ...rest)
      } catch (error) {
        if (isAssayError(error, 'GIT_FAILED')) return undefined
        throw error
      }
    },
    blob: id => run(git => git.binaryCatFile(['blob', id]), 'files') as Promise<Uint8Array>,
    objects: (names, most) =>
      run(
        (_, env) => readObjects(names, { folder, config: CONFIG, env, silenceMs: options.silenceMs, most }),
        'files',
      ),
  }
}

/** Why a git call failed, in one line without credentials. */
export function gitReason(error: AssayError): string {
  return error.problems.map(problem => problem.what).join('; ')
}

// --- internal ---

const CONFIG = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'protocol.ext.allow=never',
  'core.quotePath=false',
  'advice.detachedHead=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'log.showSignature=false',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'push.recurseSubmodules=no',
]

/** Calls that talk to a server. */
const SERVER = new Set(['fetch', 'ls-remote', 'push'])
const READS = new Set(['fetch', 'ls-remote'])
/** Calls that read trees and files: in a partial clone of users' git fetches by itself what that lacks. */
const FILES = new Set(['diff', 'log', 'ls-tree', 'reset'])
/** Of several `remote.<name>.uploadpack` the first counts, so that only an argument overrides it. */
const PLAIN_SERVER = ['--upload-pack=git-upload-pack']
const LIST = ['config', '--list', '--null', '--show-scope', '--includes']

/** Objects that stand in for others, and parents that a file makes up, would show another commit than the one that is named. */
const OWN = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_GRAFT_FILE: '/nonexistent/grafts',
  GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
  LC_ALL: 'C',
}
/** No call by itself to a server: git of before 2024 does not know the first. */
const NO_FETCH = { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' }

/** As long as a repository of ours is not made yet, git would take one around it, where TMPDIR lies in the user's, and its settings. */
function within(folder: string, settings: GitClientOptions['settings']): Record<string, string> {
  return settings === 'ours' ? { GIT_CEILING_DIRECTORIES: dirname(folder) } : {}
}

function hardened(
  folder: string,
  environment: Record<string, string>,
  { silenceMs }: GitClientOptions,
): SimpleGit {
  return simpleGit({
    baseDir: folder,
    config: CONFIG,
    trimmed: false,
    timeout: { block: silenceMs },
    // A failure without a message counts as one too; simple-git takes it for an empty answer.
    errors: (error, { exitCode }) =>
      error ?? (exitCode === 0 ? undefined : Buffer.from(howItEnded(exitCode))),
    allowEnvironment: Object.keys(environment).filter(name => /^GIT_|^SSH_ASKPASS$/i.test(name)),
    // simple-git guards against foreign arguments and variables; here both are ours or the job's own, as said above.
    unsafe: {
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeProtocolOverride: true,
      allowUnsafeSshCommand: true,
      allowUnsafeAskPass: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeConfigEnvCount: true,
      allowUnsafeCredentialHelper: true,
      allowUnsafeGitProxy: true,
      allowUnsafeUrlRewrite: true,
      allowUnsafeInclude: true,
      allowUnsafeFilter: true,
      allowUnsafePack: true,
    },
  })
    .env(environment)
    .outputHandler((_command, stdout) => {
      // simple-git waits 50 ms more after a call that printed nothing, as most fetches do.
      stdout.once('end', () => stdout.emit('data', Buffer.alloc(0)))
    })
}

/** An end by a signal has no exit code, whatever the types say. */
function howItEnded(exitCode: number | null): string {
  return exitCode === null ? 'git was ended by a signal' : `git ended with exit code ${exitCode}`
}

function gitFailed(cause: unknown, folder: string, silenceMs: number): unknown {
  if (!(cause instanceof GitError)) return cause
  if (cause instanceof GitConstructError)
    return failure('GIT_FAILED', [{ what: `there is no folder ${folder}` }])
  const text = cause.message
  const owner = /detected dubious ownership in repository at '([^'\n]+)'/.exec(text)?.[1]
  if (owner)
    return failure('GIT_NOT_TRUSTED', [
      {
        what: 'it belongs to another user than the one this job runs as ("dubious ownership")',
        where: { file: folder },
        fix: `git config --global --add safe.directory ${quoted(owner)}`,
      },
    ])
  if (/spawn git ENOENT/.test(text))
    return failure('GIT_MISSING', [{ what: 'there is no git on the PATH', fix: 'Install git.' }])
  if (cause instanceof GitPluginError && cause.plugin === 'timeout')
    return failure('GIT_FAILED', [{ what: `git printed nothing for ${silenceMs / 1000} s and was stopped` }])
  const { what, reason } = judgeGitWords(text)
  const fix = reason && REFUSALS[reason].advice
  return failure('GIT_FAILED', [{ what, ...(fix && { fix }) }], reason)
}

function notFetching(programs: readonly string[]): Problem[] {
  return programs.map(visible).map(key => ({
    what: `this is a partial clone whose own settings name the program to fetch with (${key}): Assay does not start it, and what the clone lacks stays away`,
    fix: `Check out a whole clone, or take the setting away: git config --unset-all ${quoted(key)}`,
  }))
}

function failure(code: string, problems: Problem[], reason?: RefusalReason): AssayError {
  const cause = reason && ({ reason } satisfies RefusalCause)
  return new AssayError({ code, title: 'git could not do what was asked of it', problems, cause })
}

/** For a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
