import type { Clock } from '../looks.ts'

/** What is done again and again. */
export interface Round {
  name: string
  /** Milliseconds from the end of one to the next. */
  every: number
  run(): Promise<void>
}

export interface Rounds {
  /** How many are under way. */
  running(): number
  /** Begins no further one. */
  end(): void
}

/** Runs each round at the start and then in its time, never two of one at once. What one fails of is told, and it comes again. */
export function startRounds(
  rounds: readonly Round[],
  clock: Clock,
  onFailure: (round: string, error: unknown) => void,
): Rounds {
  let ended = false
  let running = 0
  const pending = new Map<string, () => void>()

  async function go(round: Round): Promise<void> {
    running++
    try {
      await round.run()
    } catch (error) {
      onFailure(round.name, error)
    }
    running--
    if (!ended)
      pending.set(
        round.name,
        clock.after(round.every, () => void go(round)),
      )
  }

  for (const round of rounds) void go(round)
  return {
    running: () => running,
    end() {
      ended = true
      for (const cancel of pending.values()) cancel()
    },
  }
}
