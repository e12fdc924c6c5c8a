import type { Key, RepositoryName } from '../src/commands/bot/keys.ts'
import type { ForgeName } from '../src/forges/index.ts'
import { type BotLog, failureFields } from './log.ts'
import type { Clock } from './looks.ts'

interface RoundOptions {
  repositories(onFailure: (forge: ForgeName, error: unknown) => void): Promise<RepositoryName[]>
  add(key: Key): void
  clock: Clock
  log: BotLog
}

/**
 * Names everything that there is to look at, at the start and every hour: what no event told of, since it was lost or came while
 * nobody listened, is found so.
 *
 * @returns what ends the rounds
 */
export function startRounds({ repositories, add, clock, log }: RoundOptions): () => void {
  let cancel = () => {}
  let ended = false
  async function round(): Promise<void> {
    const onFailure = (forge: ForgeName, error: unknown) =>
      log.line('warn', 'the repositories cannot be listed', { forge, ...failureFields(error) })
    for (const repository of await repositories(onFailure)) {
      if (ended) return
      add({ kind: 'promotion', deploy: repository })
      add({ kind: 'runs', repository })
    }
    if (!ended) cancel = clock.after(HOUR, () => void round())
  }
  void round()
  return () => {
    ended = true
    cancel()
  }
}

// --- internal ---

const HOUR = 3_600_000
