import { parseArgs } from 'node:util'
import { playCanary } from './canary/story.ts'
import { DemoError } from './demo-error.ts'
import { playDrift } from './drift/story.ts'
import { Stopped, untilStopped } from './keep-open.ts'
import { type Narrator, narrateTo, ReaderGone } from './narrate.ts'
import { playStory } from './story.ts'

/** `npm run demo [-- [drift | canary] [--out <folder>] [--open]]`: a story from end to end, on this machine alone. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { out: { type: 'string', default: 'demo/out' }, open: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [story = 'model', ...more] = positionals
  const play = STORIES.get(story)
  if (!play || more.length > 0)
    throw new DemoError(
      `There is no story "${positionals.join(' ')}".`,
      'Run: npm run demo, npm run demo -- drift, or npm run demo -- canary',
    )
  await play(
    values.out,
    narrateTo(process.stdout, () => performance.now()),
    values.open,
  )
}

// --- internal ---

const STORIES = new Map([
  [
    'model',
    (out: string, narrator: Narrator, open: boolean) =>
      playStory(out, narrator, open ? untilStopped : undefined),
  ],
  ['drift', playDrift],
  ['canary', playCanary],
])

main().catch((error: unknown) => {
  if (error instanceof ReaderGone) return
  if (error instanceof Stopped) {
    // What was going on is not waited for.
    console.error('\nStopped. Nothing is left running.')
    process.exit(130)
  }
  process.exitCode = 1
  console.error(error instanceof DemoError ? `\n${error.message}` : error)
})
