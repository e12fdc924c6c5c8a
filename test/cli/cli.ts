import { type ChildProcess, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtCli } from '../support/built-cli.ts'
import { gitEnvironment } from '../support/git-repository.ts'

/** Where what was compiled of a bundle is kept for the run: the next start of it takes half the time. */
const COMPILED = join(process.env.ASSAY_TESTS_TMP ?? tmpdir(), 'compiled')

export interface Ended {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** Nothing of the CI that runs these tests may reach the process under test. */
export function cleanEnvironment(more: Record<string, string> = {}): Record<string, string> {
  const foreign =
    /^(GITHUB_|GITLAB_|CI$|CI_|ACTIONS_|RUNNER_|INPUT_|JENKINS_|BUILD_|ASSAY_|GH_|CHANGE_|NODE_)/
  const own = Object.entries(gitEnvironment()).filter(([name]) => !foreign.test(name))
  return {
    ...Object.fromEntries(own),
    NO_PROXY: '127.0.0.1,localhost',
    NODE_COMPILE_CACHE: COMPILED,
    ...more,
  }
}

/** Starts the CLI, built from the source as it is. */
export function startCli(
  folder: string,
  args: string[],
  env: Record<string, string> = {},
  nodeFlags: string[] = [],
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [...nodeFlags, builtCli(), ...args], {
    cwd: folder,
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]!.setEncoding('utf8').on('data', text => {
      texts[stream] += text
    })
  const ended = new Promise<Ended>(resolve => {
    child.once('close', exitCode => resolve({ exitCode, ...texts }))
  })
  return { child, ended }
}

export const cli = (folder: string, ...args: string[]) => startCli(folder, args).ended
