import { DemoError } from '../demo-error.ts'
import type { Flight, Season } from '../live/flights.ts'

/** People who ask: some each tenth of a second, each server in turn. */
export interface Traffic {
  /** From now on flights are of this season. */
  turnTo(season: Season): void
  asked(): number
  stop(): void
}

export function ask(servers: readonly string[], first: Season): Traffic {
  let season = first
  let asked = 0
  const timer = setInterval(() => {
    for (let one = 0; one < EACH; one++) {
      const server = servers[asked++ % servers.length]!
      // A server that is being ended answers nothing, and nobody is there to miss it.
      scoreOf(server, season.next()).catch(() => {})
    }
  }, 100)
  return {
    turnTo(next) {
      season = next
    },
    asked: () => asked,
    stop: () => clearInterval(timer),
  }
}

export async function scoreOf(server: string, flight: Flight): Promise<number> {
  const answer = await fetch(`${server}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(flight),
  })
  if (!answer.ok) throw new DemoError(`${server} answers ${answer.status}.`, 'Its log says why.')
  return ((await answer.json()) as { score: number }).score
}

// --- internal ---

const EACH = 12
