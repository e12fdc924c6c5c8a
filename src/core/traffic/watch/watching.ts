import { minuteWords } from '../../text/instant-words.ts'
import { type Alarm, type AlarmChange, type AlarmKind, nextAlarms } from '../drift/alarms.ts'
import type { DriftVerdict } from '../drift/verdict.ts'
import type { LookSettings } from '../seen/judge-seen.ts'
import { toldUnseen, unseenVerdict } from '../seen/judge-seen.ts'

/** What is known of a model that is looked at all the time. Kept in memory: after a restart nobody knows what was before. */
export interface Watching {
  model: string
  environment: string
  release?: string
  verdict: DriftVerdict
  alarms: readonly Alarm[]
  /** Instants in milliseconds: of the last look, of the counts that it saw, and since when none are seen. */
  lookedAt?: number
  asOf?: number
  unseenSince?: number
  /** Rows and stability index of the window of breakage, which shows what shift is to come. */
  breakage: ReadonlyMap<string, { rows: number; psi: number }>
}

/** Before the first look. */
export function notYetWatched(
  place: Pick<Watching, 'model' | 'environment' | 'release'>,
  budget: LookSettings['budget'],
): Watching {
  const verdict = { ...unseenVerdict(place.model, 'it has not been looked at yet', budget), ...place }
  return { ...place, verdict, alarms: [], breakage: new Map() }
}

/** A look at it. */
export interface Looked {
  verdict: DriftVerdict
  asOf?: number
  breakage: Watching['breakage']
  minutes: LookSettings['minutes']
  now: number
}

/** What is known after a look, and which alarms began and ended by it. Another release begins anew; one that cannot be read is the last. */
export function watchedAfter(
  before: Watching,
  { verdict: seen, asOf, breakage, minutes, now }: Looked,
): { watching: Watching; change: AlarmChange } {
  const release = seen.release ?? before.release
  const isOther = before.release !== release
  const unseenSince =
    seen.unseen === undefined ? undefined : ((isOther ? undefined : before.unseenSince) ?? now)
  const verdict = withBlindness(seen, unseenSince, now, minutes.quiet)
  const lengths: Record<AlarmKind, number> = { ...minutes, silence: minutes.quiet }
  const change = nextAlarms(before.alarms, verdict, now, lengths)
  const { model, environment } = before
  return {
    change,
    watching: {
      model,
      environment,
      ...(release !== undefined && { release }),
      verdict,
      alarms: change.alarms,
      lookedAt: now,
      ...(asOf !== undefined && { asOf }),
      ...(unseenSince !== undefined && { unseenSince }),
      breakage,
    },
  }
}

/** As it is now: a verdict that nobody has made anew for a while is none of now. */
export function verdictNow(
  { model, release, environment, verdict, lookedAt }: Watching,
  now: number,
): DriftVerdict {
  if (lookedAt === undefined || now - lookedAt <= OLD_MS) return verdict
  const why = `it was last looked at at ${minuteWords(lookedAt)}: what looks has come to a halt`
  return {
    ...unseenVerdict(model, why, verdict.budget),
    environment,
    ...(release !== undefined && { release }),
  }
}

// --- internal ---

const OLD_MS = 10 * 60_000

/** Nothing seen for so long that no row would be news is told of as that is. */
function withBlindness(
  verdict: DriftVerdict,
  since: number | undefined,
  now: number,
  quiet: number,
): DriftVerdict {
  if (since === undefined || now - since < quiet * 60_000) return verdict
  return toldUnseen(verdict, `nothing has been seen since ${minuteWords(since)}: ${verdict.unseen}`)
}
