import { relative, resolve } from 'node:path'
import { Stopped, untilStopped } from '../keep-open.ts'
import type { Narrator } from '../narrate.ts'
import { DRIFT_PAGES, playAgain, playTelling, playUsualDays, playWinter } from './alarm-chapter.ts'
import { openWorld } from './open-world.ts'
import { prove } from './prove.ts'
import { playRetraining, RETRAINING_PAGE } from './retraining-chapter.ts'
import { type World, watchPage } from './world.ts'

/**
 * A release is watched while it serves, a winter begins, and one retraining is there, weighed. Its pages are written to `out`; all that
 * it started ends with it, whatever ends it.
 *
 * @param open whether the pages stay open at the end
 * @throws DemoError where something is not as it should be, Stopped where somebody ended it
 */
export async function playDrift(out: string, narrator: Narrator, open: boolean): Promise<void> {
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
    'A model serves, the world changes, and one retraining comes of it. No account, no cluster, no network: all of it runs on this machine.',
  )
  const { world, winter } = await openWorld({ out, narrator, atEnd, window: '1m', alertmanagers: 1 })
  await playUsualDays(world)
  const begun = await playWinter(world, winter)
  await playTelling(world, begun)
  await playRetraining(world)
  const times = await playAgain(world)
  await prove(world, times)
  narrator.heading('Look at')
  narrator.say(lookAt(out))
  return world
}

function lookAt(out: string): string {
  const path = (name: string) => relative(process.cwd(), resolve(out, name))
  const rows: [string, string][] = [
    [path(DRIFT_PAGES.drift), 'what has changed, bin by bin'],
    [path(DRIFT_PAGES.watch), 'the page of `assay watch`'],
    [path(RETRAINING_PAGE), 'the retraining, with the report and what it was weighed against'],
    [path(DRIFT_PAGES.bot), "the bot's page, as Grace sees it"],
    [path('*.log'), 'what each of the programs said'],
    ['examples/late-flights/serve.py', 'all that a server needs to be watched'],
  ]
  const width = Math.max(...rows.map(([file]) => file.length))
  return rows.map(([file, what]) => `  ${file.padEnd(width)}  ${what}`).join('\n')
}

function whereOpen(world: World, open: boolean): string {
  if (!open) return 'All of it has ended; `npm run demo -- drift --open` keeps the pages open.'
  const { bot, monitoring } = world
  const pages = [
    `${watchPage(world)} (what is watched)`,
    `${bot.url} (the bot's page: sign in as grace or ada)`,
    ...(monitoring ? [`${monitoring.prometheus}/alerts`, monitoring.alertmanager] : []),
  ]
  return `Open until Ctrl+C, while it goes on snowing:\n${pages.map(page => `  ${page}`).join('\n')}`
}
