import { ALERT_TOKEN, alert } from '../alert-scene.ts'
import type { StoryBot } from './bots.ts'

/** The Alertmanager of the stories: it tells of what fires again and again, and of what is over until it is taken. */
export interface StoryAlertmanager {
  /** What Prometheus says of one alert. */
  fires(labels: Record<string, string>): void
  isOver(): void
  /** Tells of it, if there is something to tell. */
  tell(): Promise<void>
}

/** @param to whom one call goes; a bot that is named twice gets it twice */
export function storyAlertmanager(to: () => readonly StoryBot[]): StoryAlertmanager {
  let told: ReturnType<typeof alert> | undefined
  return {
    fires(labels) {
      told = alert(labels)
    },
    isOver() {
      told = { ...told!, status: 'resolved' }
    },
    async tell() {
      const now = told
      if (!now) return
      const body = JSON.stringify({ version: '4', alerts: [now] })
      const headers = { authorization: `Bearer ${ALERT_TOKEN}`, 'content-type': 'application/json' }
      const calls = to().map(async bot => {
        for (let tries = 1; ; tries++) {
          const answer = await fetch(`http://127.0.0.1:${bot.port}/alerts`, { method: 'POST', headers, body })
          // Read to its end, so that the next one may go the same way.
          await answer.arrayBuffer()
          // Waits are short in a story: a bot that is at it may need more of them, one that is not waits for a time that is not yet there.
          if (answer.status !== 503 || tries === MOST_TRIES || !(await bot.isBusy())) return answer.ok
        }
      })
      const taken = (await Promise.allSettled(calls)).some(one => one.status === 'fulfilled' && one.value)
      if (taken && now.status === 'resolved' && told === now) told = undefined
    },
  }
}

// --- internal ---

const MOST_TRIES = 20
