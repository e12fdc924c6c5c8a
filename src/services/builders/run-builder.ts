import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment } from '../process/child-environment.ts'
import { type CommandToRun, type EndedCommand, runCommand } from '../process/process.ts'
import { BUILDERS, type ImageToBuild } from './builder-table.ts'
import type { FoundBuilder } from './find-builder.ts'
import { type OwnLogin, writeLogin } from './own-login.ts'

export interface RunOptions extends Pick<CommandToRun, 'env' | 'timeoutSeconds' | 'signal' | 'onOutput'> {
  /** Where the builder is to push with another login than the machine's own. */
  login?: OwnLogin | undefined
}

/** The digest that the builder wrote down, undefined where it wrote none; or the call that did not end well, and how it ended. */
export type Built = { digest: string | undefined } | { failed: { run: string; ended: EndedCommand } }

/**
 * Builds an image and pushes it under its tag, by arguments and without a shell. The time of the commit is told by
 * SOURCE_DATE_EPOCH too, for what the Dockerfile starts.
 *
 * @throws AssayError COMMAND_NOT_STARTED
 */
export async function buildImage(
  builder: FoundBuilder,
  image: ImageToBuild,
  { env, timeoutSeconds, signal, onOutput, login }: RunOptions,
): Promise<Built> {
  const { calls, digestIn, logins } = BUILDERS[builder.name]
  const folder = await mkdtemp(join(tmpdir(), 'assay-build-'))
  try {
    const own = login && { [logins]: await writeLogin(logins, join(folder, 'login'), login, env) }
    const digestFile = join(folder, 'digest')
    const childEnv = childEnvironment('builder', env, { SOURCE_DATE_EPOCH: String(image.time), ...own })
    const begun = performance.now()
    for (const run of calls(image, digestFile, builder)) {
      const spent = (performance.now() - begun) / 1000
      const ended = await runCommand({
        run,
        folder: image.context,
        env: childEnv,
        timeoutSeconds: Math.max(1, timeoutSeconds - spent),
        signal,
        onOutput,
      })
      if (ended.exitCode !== 0 || ended.timedOut || ended.cancelled)
        return {
          failed: {
            run: run
              .slice(
                0,
                run.findIndex(word => word.startsWith('-')),
              )
              .join(' '),
            ended,
          },
        }
    }
    return { digest: digestIn(await textOf(digestFile)) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

// --- internal ---

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
