import { relative, resolve } from 'node:path'
import { MODEL } from '../cast.ts'
import { Stopped, untilStopped } from '../keep-open.ts'
import type { Narrator } from '../narrate.ts'
import { CANARY_PAGES, playBetter, playSame, playWorse } from './chapters.ts'
import { openWorld } from './open-world.ts'
import type { World } from './world.ts'

/**
 * Three releases enter in steps: the same again, a worse one, a better one. Its pages are written to `out`; all that it started ends
 * with it, whatever ends it.
 *
 * @param open whether the pages stay open at the end
 * @throws DemoError where something is not as it should be, Stopped where somebody ended it
 */
export async function playCanary(out: string, narrator: Narrator, open: boolean): Promise<void> {
  const stopped = untilStopped()
  const ends: End[] = []
  try {
    const story = play(out, narrator, end => ends.push(end))
    const world = await Promise.race([
      story,
      stopped.then(() => {
        throw new Stopped()
      }),
    ])
    narrator.say()
    narrator.say(whereOpen(world, open))
    if (open) await stopped
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

// --- internal ---

type End = () => Promise<void>

async function play(out: string, narrator: Narrator, atEnd: (end: End) => void): Promise<World> {
  narrator.say(
    'A release that passed every gate gets a share of the users first, and what they do decides. No account, no cluster, no network: all of it runs on this machine.',
  )
  const world = await openWorld(out, narrator, atEnd)
  await playSame(world)
  await playWorse(world)
  await playBetter(world)
  narrator.heading('Look at')
  narrator.say(lookAt(out))
  return world
}

function lookAt(out: string): string {
  const path = (name: string) => relative(process.cwd(), resolve(out, name))
  const rows: [string, string][] = [
    [path(CANARY_PAGES.same), 'the page of the canary: the same model again'],
    [path(CANARY_PAGES.worse), '… and the one that converts worse'],
    [path(CANARY_PAGES.takenBack), 'the pull request that took it back'],
    [path(CANARY_PAGES.better), 'the page of the better one'],
    [path(CANARY_PAGES.promoted), 'the pull request that promoted it'],
    [path('*.log'), 'what each of the programs said'],
    ['demo/canary/deploy/assay-deploy.yml', 'all that asks for it'],
  ]
  const width = Math.max(...rows.map(([file]) => file.length))
  return rows.map(([file, what]) => `  ${file.padEnd(width)}  ${what}`).join('\n')
}

function whereOpen({ watch, token, bot }: World, open: boolean): string {
  if (!open) return 'All of it has ended; `npm run demo -- canary --open` keeps the pages open.'
  const page = watch.replace('//', `//demo:${token}@`)
  return `Open until Ctrl+C: ${page} (what is watched; while a release is tried, /canary/${MODEL}/production), ${bot.url} (the bot's page: sign in as grace or ada)`
}
