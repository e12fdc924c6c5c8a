import type { Deliver } from '../../../emulator/github/hooks/deliveries.ts'
import type { StoryOptions } from './story.ts'

/** What becomes of webhooks on their way to the bot. */
export type Disturbance = Pick<StoryOptions, 'deliver' | 'release'>

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
