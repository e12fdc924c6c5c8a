import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { PullFacts } from '../../core/inputs/dvc/pull-failure.ts'
import { remotesFor } from '../../core/inputs/dvc/remotes.ts'
import { environmentFor, runCommand } from '../../services/process/process.ts'
import type { Context } from '../command/context.ts'
import { dvcConfigs, remoteFacts } from './dvc-text.ts'

/** How a command of DVC ended there, and whether it did what it should. */
export type OwnRun = Omit<PullFacts, 'wrong'> & { isDone: boolean }

/**
 * A repository of DVC with the remotes of the checkout and nothing else, which is gone afterwards: what is moved in it is not seen in
 * the checkout, and takes no lock there.
 *
 * @param use gets its folder, and what runs a command in it; every word of one is of a grammar that means nothing to a shell
 */
export async function withOwnDvc<T>(
  { folder, env, signal }: Context,
  remote: string,
  use: (own: string, run: (command: string) => Promise<OwnRun>) => Promise<T>,
): Promise<T> {
  const configs = await dvcConfigs(folder)
  const facts = remoteFacts(folder, configs, remote)
  const own = await mkdtemp(join(tmpdir(), 'assay-dvc-'))
  try {
    const from = resolve(folder, '.dvc')
    await mkdir(join(own, '.dvc'))
    await writeFile(join(own, '.dvc/config'), OWN_CONFIG + remotesFor(configs.config, from))
    await writeFile(join(own, '.dvc/config.local'), remotesFor(configs.local, from))
    return await use(own, async command => {
      // DVC makes a folder that is not there; where one should be mounted, that is gone with the runner.
      if (facts.isGone) return { ...facts, command, ended: NEVER_RUN, isDone: false }
      const ended = await runCommand({
        run: command,
        folder: own,
        env: environmentFor(env, { DVC_NO_ANALYTICS: 'true' }),
        timeoutSeconds: LONGEST,
        signal,
        onOutput: () => {},
      })
      signal.throwIfAborted()
      return { ...facts, command, ended, isDone: ended.exitCode === 0 && !ended.timedOut }
    })
  } finally {
    await rm(own, { recursive: true, force: true })
  }
}

// --- internal ---

/** Seconds. */
const LONGEST = 600
const OWN_CONFIG = '[core]\n    no_scm = true\n    analytics = false\n    check_update = false\n'
const NEVER_RUN = { notFound: false, timedOut: false, tail: '' }
