import { parseArgs } from 'node:util'
import { DemoError } from './demo-error.ts'
import { untilStopped } from './keep-open.ts'
import { narrateTo, ReaderGone } from './narrate.ts'
import { playStory } from './story.ts'

/** `npm run demo [-- --out <folder>] [--open]`: the main job from end to end, on this machine alone. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { out: { type: 'string', default: 'demo/out' }, open: { type: 'boolean', default: false } },
  })
  await playStory(
    values.out,
    narrateTo(process.stdout, () => performance.now()),
    values.open ? untilStopped : undefined,
  )
}

main().catch((error: unknown) => {
  if (error instanceof ReaderGone) return
  process.exitCode = 1
  console.error(error instanceof DemoError ? `\n${error.message}` : error)
})
