import { normalForm } from '../../support/normal-form.ts'
import { startHere } from './bots.ts'
import type { Disturbance } from './disturbances.ts'
import { openStory } from './story.ts'

/** What is there at the end of a story. */
export interface StoryEnd {
  form: Record<string, unknown>
  /** How often an hour had to pass until the bot wrote nothing more. */
  rounds: number
}

/** Tells the story. */
export async function endOf(disturbance: Disturbance = {}): Promise<StoryEnd> {
  const story = await openStory(disturbance)
  try {
    if (disturbance.begin) await disturbance.begin(story)
    else await story.join(startHere)
    await story.tell()
    const rounds = await story.reconcile()
    return { rounds, form: await normalForm(story.github) }
  } finally {
    await story.close()
  }
}
