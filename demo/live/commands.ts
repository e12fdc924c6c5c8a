import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { endsWithUs } from '../ends-with-us.ts'
import { ownEnvironment } from '../run-action.ts'

/** The command line, from the source as the bot is. */
export const COMMAND_LINE = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

/** What a job of a repository on the emulator sets. */
export function jobEnvironment(
  githubUrl: string,
  repository: string,
  tokens: { run: string; deploy?: string },
): Record<string, string> {
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: githubUrl,
    GITHUB_SERVER_URL: githubUrl,
    GITHUB_REPOSITORY: repository,
    GITHUB_TOKEN: tokens.run,
    ...(tokens.deploy !== undefined && { ASSAY_DEPLOY_TOKEN: tokens.deploy }),
  }
}

/** Runs a command to its end. */
export async function runCommand(
  words: readonly string[],
  folder: string,
  env: Record<string, string>,
): Promise<{ exitCode: number; said: string }> {
  const child = endsWithUs(
    spawn(process.execPath, [COMMAND_LINE, ...words], {
      cwd: folder,
      env: { ...ownEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
  const closed = new Promise<number>(resolve => child.once('close', code => resolve(code ?? 128)))
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { exitCode: await closed, said: out + errors }
}
