import type { StartStoryBot } from './bots.ts'
import { startHere } from './bots.ts'
import { mortal } from './mortal.ts'
import type { Story, StoryOptions } from './story.ts'

/** What becomes of webhooks on their way to the bot, and of the bot. */
export interface Disturbance extends Pick<StoryOptions, 'deliver' | 'release'> {
  /** Starts the bots; without it there is one, in this process. */
  begin?(story: Story): Promise<void>
}

/** How a delivery is lost: it failed and the forge knows, it was taken and forgotten, or the forge lost it itself. */
const LOSSES = ['failed', 'forgotten', 'unknown'] as const

/** Loses deliveries at random; what is told once more arrives. */
export function losing(random: () => number): Disturbance {
  return {
    async deliver(delivery, send) {
      if (delivery.redelivery || random() < 0.5) {
        await send()
        return undefined
      }
      const how = delivery.event === 'issue_comment' ? 'failed' : LOSSES[Math.floor(random() * LOSSES.length)]
      if (how === 'forgotten') Object.assign(delivery, { statusCode: 202, status: 'OK' })
      return how === 'unknown' ? 'unlogged' : undefined
    },
  }
}

/** Delivers all as often, at once. */
export function repeated(times: number): Disturbance {
  return {
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

/** Two bots of one App: a delivery goes to one of them, or to both. */
export function replicas(random: () => number, toBoth: boolean): Disturbance {
  let story: Story
  return {
    async begin(begun) {
      story = begun
      await story.join(startHere)
      await story.join(startHere)
    },
    async deliver(_, send) {
      const [one, other] = random() < 0.5 ? story.bots : story.bots.toReversed()
      story.hookTo(one!)
      const first = send()
      if (toBoth) {
        story.hookTo(other!)
        await send()
      }
      await first
      return undefined
    },
  }
}

/** The bot is killed at a request that is chosen at random, so often, and started again once nothing more happens. */
export function killing(random: () => number, times: number, start: StartStoryBot = startHere): Disturbance {
  let story: Story
  let left = times
  let isDead = false
  const next = async () => {
    const lives =
      left > 0 ? { requests: Math.floor((random() * 110) / times), effect: random() < 0.5 } : undefined
    await story.join(
      mortal(start, story.github.url, lives, bot => {
        left--
        isDead = true
        story.bots.splice(story.bots.indexOf(bot), 1)
      }),
    )
    story.hookTo(story.bots[0]!)
  }
  return {
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
