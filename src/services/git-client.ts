import { GitError, GitPluginError, type SimpleGit, simpleGit } from 'simple-git'
import { AssayError, type Problem } from '../core/errors.ts'
import { REFUSALS, type RefusalCause, type RefusalReason } from '../core/refusals.ts'
import { type BatchObject, readObjects } from './git-batch.ts'
import { judgeGitWords } from './git-words.ts'

/** Calls git in one folder. Arguments are ours or have passed a validator: none of them is passed on as it came. */
export interface GitClient {
  /** What git printed. @throws AssayError with git's own words */
  text(...parameters: string[]): Promise<string>
  /** As `text`, undefined where git refuses: for questions that may have no answer. */
  maybe(...parameters: string[]): Promise<string | undefined>
  /** The bytes of a blob. */
  blob(id: string): Promise<Uint8Array>
  /** Objects by id or `commit:path`, in one process; one of more than `most` bytes is passed over. */
  objects(names: readonly string[], most: number): Promise<BatchObject[]>
}

export interface GitClientOptions {
  env: Readonly<Record<string, string | undefined>>
  /** git is stopped when it prints nothing for so long. */
  silenceMs: number
}

/**
 * A client that runs no hook and no file system monitor that a repository brings, never asks for a password, speaks English
 * and is stopped when it hangs. The job's own git settings (credentials, proxies, safe.directory) hold.
 */
export function gitClient(folder: string, options: GitClientOptions): GitClient {
  const env = environmentOf(options)
  const run = async <T>(call: (git: SimpleGit) => PromiseLike<T>): Promise<T> => {
    try {
      return await call(hardened(folder, env, options))
    } catch (cause) {
      throw gitFailed(cause, folder, options.silenceMs)
    }
  }
  return {
    text: (...parameters) => run(git => git.raw(parameters)),
    async maybe(...parameters) {
      try {
        return await this.text(...parameters)
      } catch (error) {
        if (error instanceof AssayError && error.code === 'GIT_FAILED') return undefined
        throw error
      }
    },
    blob: id => run(git => git.binaryCatFile(['blob', id])) as Promise<Uint8Array>,
    objects: (names, most) =>
      run(() => readObjects(names, { folder, config: CONFIG, env, silenceMs: options.silenceMs, most })),
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
]

/** Variables of git that the job may set: how to reach and trust its remote. Those that point elsewhere are left out. */
const ALLOWED =
  /^GIT_(SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|SSL_\w+|HTTP_\w+|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))$/
/** Programs that git would start for a person, and simple-git refuses to pass on. */
const FOR_PEOPLE = /^(EDITOR|VISUAL|PAGER|PREFIX)$/i

const OWN = { GIT_TERMINAL_PROMPT: '0', GIT_LITERAL_PATHSPECS: '1', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' }

function environmentOf({ env }: GitClientOptions): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name, value]) =>
      value !== undefined && !FOR_PEOPLE.test(name) && (!/^GIT_/i.test(name) || ALLOWED.test(name)),
  )
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...OWN }
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
      error ?? (exitCode === 0 ? undefined : Buffer.from(`git ended with exit code ${exitCode}`)),
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
    },
  }).env(environment)
}

function gitFailed(cause: unknown, folder: string, silenceMs: number): unknown {
  if (!(cause instanceof GitError)) return cause
  const text = cause.message
  const owner = /detected dubious ownership in repository at '([^'\n]+)'/.exec(text)?.[1]
  if (owner)
    return failure('GIT_NOT_TRUSTED', {
      what: 'it belongs to another user than the one this job runs as ("dubious ownership")',
      where: { file: folder },
      fix: `git config --global --add safe.directory '${owner.replaceAll("'", `'\\''`)}'`,
    })
  if (/spawn git ENOENT/.test(text))
    return failure('GIT_MISSING', { what: 'there is no git on the PATH', fix: 'Install git.' })
  if (cause instanceof GitPluginError && cause.plugin === 'timeout')
    return failure('GIT_FAILED', { what: `git printed nothing for ${silenceMs / 1000} s and was stopped` })
  const { what, reason } = judgeGitWords(text)
  const fix = reason && REFUSALS[reason].advice
  return failure('GIT_FAILED', { what, ...(fix && { fix }) }, reason)
}

function failure(code: string, problem: Problem, reason?: RefusalReason): AssayError {
  const cause = reason && ({ reason } satisfies RefusalCause)
  return new AssayError({ code, title: 'git could not do what was asked of it', problems: [problem], cause })
}
