import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { DEVELOPER } from './cast.ts'
import { DemoError } from './demo-error.ts'
import { endsWithUs } from './ends-with-us.ts'

const run = promisify(execFile)

/** Runs git in a folder and returns what it printed, without the last line break. */
export function git(folder: string, ...parameters: string[]): Promise<string> {
  return gitWith({}, folder, ...parameters)
}

/** The same with more in its environment. */
export async function gitWith(
  env: Record<string, string>,
  folder: string,
  ...parameters: string[]
): Promise<string> {
  const { stdout } = await start(folder, parameters, { ...process.env, ...env })
  return stdout.toString('utf8').trimEnd()
}

/** The bytes of an object, for files that are not text. */
export async function gitBytes(folder: string, ...parameters: string[]): Promise<Buffer> {
  return (await start(folder, parameters, process.env)).stdout
}

/**
 * Runs a git command that writes a commit, as the developer, at the given ISO time. Fixed names and dates give the same
 * commits, hence the same numbers, in every run.
 */
export async function gitAt(date: string, folder: string, ...parameters: string[]): Promise<void> {
  const { name = '', email = '' } = DEVELOPER
  const env = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  }
  await gitWith(env, folder, ...parameters)
}

// --- internal ---

/** The user's own git settings (signing, hooks, line endings) must not change the demo's commits. */
const NEUTRAL = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', GIT_TERMINAL_PROMPT: '0' }

async function start(folder: string, parameters: string[], env: NodeJS.ProcessEnv) {
  try {
    const going = run('git', parameters, {
      cwd: folder,
      env: { ...withoutGitFolder(env), ...NEUTRAL },
      encoding: 'buffer',
      maxBuffer: 64 * 1024 * 1024,
    })
    endsWithUs(going.child)
    return await going
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    if (missing)
      throw new DemoError('The demo needs git, and there is none on the PATH.', 'Install git.', { cause })
    throw cause
  }
}

/** Inside a git hook these point at another repository. */
function withoutGitFolder(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, ...rest } = env
  return rest
}
