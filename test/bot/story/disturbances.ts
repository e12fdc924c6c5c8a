import type { StartStoryBot, StoryBot } from './bots.ts'
import { startHere } from './bots.ts'
import { type Death, mortal } from './mortal.ts'
import type { Story, StoryOptions } from './story.ts'

/** That a bot makes in an undisturbed story, about. */
const REQUESTS = 450

/** What becomes of webhooks on their way to the bot, and of the bot. */
export interface Disturbance extends Pick<StoryOptions, 'deliver' | 'alertsTo' | 'release'> {
  /** Starts the bots; without it there is one, in this process. */
  begin?(story: Story): Promise<void>
  /** Requests that had their effect before a bot was killed and that may not be noted: they may be made once more. */
  unheard?: string[]
}

/** How a delivery is lost: it failed and the forge knows, it was taken and forgotten, or the forge lost it itself. */
const LOSSES = ['failed', 'forgotten', 'unknown'] as const

/** Loses deliveries at random, and calls of Alertmanager; what is told once more arrives. */
export function losing(random: () => number): Disturbance {
  return {
    alertsTo: bots => (random() < 0.5 ? bots : []),
    async deliver(delivery, send) {
      if (delivery.redelivery || random() < 0.5) {
        await send()
        return undefined
      }
      const how = LOSSES[Math.floor(random() * LOSSES.length)]
      if (how === 'forgotten') Object.assign(delivery, { statusCode: 202, status: 'OK' })
      return how === 'unknown' ? 'unlogged' : undefined
    },
  }
}

/** Delivers all as often, at once. */
export function repeated(times: number): Disturbance {
  return {
    alertsTo: bots => Array.from({ length: times }, () => bots).flat(),
    async deliver(_, send) {
      await Promise.all(Array.from({ length: times }, send))
      return undefined
    },
  }
}

/** Delivers what happened in a step from its end to its beginning. */
export function reversed(): Disturbance {
  const held: (() => void)[] = []
  return {
    async deliver(_, send) {
      await new Promise<void>(resolve => void held.push(resolve))
      await send()
      return undefined
    },
    async release() {
      const last = held.pop()
      last?.()
      // Until it has been taken.
      if (last) await new Promise(resolve => setTimeout(resolve, 5))
      return last !== undefined
    },
  }
}

/** Two bots of one App: a delivery goes to one of them, or so often to both. */
export function replicas(random: () => number, times: 'one of them' | number): Disturbance {
  let story: Story
  const receivers = (bots: readonly StoryBot[]): readonly StoryBot[] => {
    const mixed = random() < 0.5 ? bots : bots.toReversed()
    return times === 'one of them' ? mixed.slice(0, 1) : Array.from({ length: times }, () => mixed).flat()
  }
  return {
    alertsTo: receivers,
    async begin(begun) {
      story = begun
      await story.join(startHere)
      await story.join(startHere)
    },
    async deliver(_, send) {
      const sent: Promise<void>[] = []
      for (const bot of receivers(story.bots)) {
        story.hookTo(bot)
        sent.push(send())
      }
      await Promise.all(sent)
      return undefined
    },
  }
}

/**
 * The bot is killed at a request, and started again once nothing more happens; as often as there is another death to die. Who dies is
 * started as it is said, the last one in this process.
 */
export function killing(deaths: Death[], start: StartStoryBot = startHere): Disturbance {
  let story: Story
  let isDead = false
  const unheard: string[] = []
  const next = async () => {
    const death = deaths.shift()
    const onUnheard = (request: string) => void unheard.push(request)
    const onDeath = (bot: StoryBot) => {
      isDead = true
      story.bots.splice(story.bots.indexOf(bot), 1)
    }
    await story.join(mortal(death ? start : startHere, death, { onDeath, onUnheard }))
    story.hookTo(story.bots[0]!)
  }
  return {
    unheard,
    async begin(begun) {
      story = begun
      await next()
    },
    async release() {
      if (!isDead || story.github.world.pending.size > 0) return false
      isDead = false
      await next()
      return true
    },
  }
}

/** Deaths at requests that are chosen at random. */
export function deathsAt(random: () => number, times: number): Death[] {
  return Array.from({ length: times }, () => {
    let left = Math.floor((random() * REQUESTS) / times)
    return { isAt: () => left-- === 0, hasEffect: random() < 0.5 }
  })
}
