import { expect } from 'vitest'
import { shownOf } from '../../../emulator/slack.ts'
import { normalForm } from '../../support/normal-form.ts'
import { startHere } from './bots.ts'
import type { Disturbance } from './disturbances.ts'
import { openStory, type Story } from './story.ts'

/** What is there at the end of a story. */
export interface StoryEnd {
  form: Record<string, unknown>
  /** Messages in Slack in their order, those of a thread below the one that began it. */
  said: string[]
  /** How often an hour had to pass until the bot wrote nothing more. */
  rounds: number
}

/**
 * Asserts that both are the same, but for one message in Slack that was written twice where a bot was killed before it could note that it
 * had been written.
 */
export function expectSameEnd(end: StoryEnd, wanted: StoryEnd, { unheard = [] }: Disturbance = {}): void {
  const { said } = end
  const doubled = said.findIndex((one, at) => said.indexOf(one) < at)
  const mayDouble = unheard.some(request => request.endsWith('/chat.postMessage'))
  const heard = mayDouble && doubled >= 0 ? said.toSpliced(doubled, 1) : said
  expect(heard).toEqual(wanted.said)
  expect(end.form).toEqual(wanted.form)
  expect(end.rounds).toBeLessThanOrEqual(3)
}

/** Tells the story. */
export async function endOf(disturbance: Disturbance = {}): Promise<StoryEnd> {
  const story = await openStory(disturbance)
  try {
    if (disturbance.begin) await disturbance.begin(story)
    else await story.join(startHere)
    await story.tell()
    const rounds = await story.reconcile()
    return { rounds, form: await normalForm(story.github), said: saidIn(story) }
  } finally {
    await story.close()
  }
}

// --- internal ---

function saidIn({ slack: { posted }, github }: Story): string[] {
  return posted.map(one => {
    const above = posted.find(({ ts }) => ts === one.thread_ts)
    const shown = `${one.text}\n${shownOf(one)}`.replaceAll(github.url, 'https://github')
    return above ? `${above.text} > ${shown}` : shown
  })
}
