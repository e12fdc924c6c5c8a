import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { keepLog } from '../artifacts.ts'
import { MODEL_REPO } from '../cast.ts'
import { DemoError } from '../demo-error.ts'
import { pushToGithub } from '../emulator.ts'
import { git, gitAt } from '../git.ts'
import { nextJob } from '../stage.ts'
import { runOnMain } from '../workflows.ts'
import type { World } from './world.ts'

/** A commit on main of the model repository that becomes a release. */
export interface Change {
  /** Of its log. */
  name: string
  message: string
  date: string
  edit: { file: string; change(text: string): string }
}

/** The one that serves before the story begins warns from here on. */
const FIRST_THRESHOLD = 0.2

export const SAME: Change = {
  name: 'release-same',
  message: 'Say in the README whom the model is for',
  date: '2026-03-09T09:00:00Z',
  edit: { file: 'README.md', change: text => `${text}\nFor whoever looks for a flight.\n` },
}
export const WORSE: Change = {
  name: 'release-worse',
  message: 'Warn of a delay from 10 % on: nobody shall be surprised',
  date: '2026-03-16T09:00:00Z',
  edit: { file: 'serve.mjs', change: text => withThreshold(text, 0.1) },
}
export const BETTER: Change = {
  name: 'release-better',
  message: 'Warn of a delay from 30 % on: of those who were warned, most were on time',
  date: '2026-03-23T09:00:00Z',
  edit: { file: 'serve.mjs', change: text => withThreshold(text, 0.3) },
}

/** The server of the example, as it is before the story begins. */
export async function firstServer(): Promise<string> {
  const example = fileURLToPath(new URL('../../examples/late-flights/serve.mjs', import.meta.url))
  return withThreshold(await readFile(example, 'utf8'), FIRST_THRESHOLD)
}

/**
 * Pushes it to main, and runs the workflow of that, which weighs it against the commit that serves.
 *
 * @returns the version of the release
 */
export async function release(
  world: World,
  { name, message, date, edit }: Change,
  serving: string,
): Promise<string> {
  const { repo, github, narrator, out } = world
  const { folder } = repo
  const file = join(folder, edit.file)
  await writeFile(file, edit.change(await readFile(file, 'utf8')))
  await gitAt(date, folder, 'commit', '--quiet', '--all', '-m', message)
  await git(folder, 'push', '--quiet', 'origin', 'main')
  await pushToGithub(github, MODEL_REPO, folder, 'main')
  narrator.step(`Commit ${await git(folder, 'rev-parse', '--short=7', 'main')} on main: "${message}"`)
  const action = await runOnMain(nextJob(world), repo, serving)
  const { verdict, 'release-version': version } = action.outputs
  await keepLog(out, name, action, action.exitCode === 0 && Boolean(version))
  await world.images.add(action.workspace)
  narrator.step(`Its workflow trains, weighs, packages and releases ${version}. All gates: ${verdict}`)
  return version!
}

// --- internal ---

function withThreshold(text: string, threshold: number): string {
  const changed = text.replace(/^const THRESHOLD = .*$/m, `const THRESHOLD = ${threshold}`)
  if (changed === text)
    throw new DemoError('serve.mjs of the example has no THRESHOLD.', 'Look at demo/canary/releases.ts.')
  return changed
}
