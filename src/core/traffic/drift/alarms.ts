import type { DriftKind, DriftVerdict } from './verdict.ts'

/**
 * What people get. An alarm begins when something is wrong, holds while what it began with is near it, and ends when that has been
 * gone for three windows: the same shift that comes back meanwhile is the same alarm.
 */

export interface Alarm {
  kind: DriftKind
  /** People are told of critical ones; of a warning the pages show that it is there. */
  level: 'warn' | 'critical'
  /** Instants in milliseconds: when it began, and when what it began with was last seen. */
  since: number
  lastSeen: number
  /** What it is about, each with when it was last seen; none for concept. One that has been gone long enough leaves. */
  features: { name: string; lastSeen: number }[]
}

export interface AlarmChange {
  alarms: Alarm[]
  /** Began, or became critical: people are told. */
  begun: Alarm[]
  ended: Alarm[]
}

/**
 * Alarms after a look. A window that is not known (no counts came) changes nothing: an alarm does not end by silence.
 *
 * @param minutes length of the window of each kind
 */
export function nextAlarms(
  before: readonly Alarm[],
  verdict: DriftVerdict,
  now: number,
  minutes: Readonly<Record<DriftKind, number>>,
): AlarmChange {
  const isBlind = verdict.rows === 0
  const change: AlarmChange = { alarms: [], begun: [], ended: [] }
  for (const kind of KINDS) {
    const was = before.find(alarm => alarm.kind === kind)
    const seen = isBlind ? NOTHING : seenOf(kind, verdict, before)
    const goneAfter = GONE_FOR * minutes[kind] * 60_000
    const next = nextOf(kind, was, seen, now, { isBlind, goneAfter })
    if (was && now - next!.lastSeen > goneAfter) {
      change.ended.push(next!)
      continue
    }
    if (!next) continue
    change.alarms.push(next)
    if (next.level === 'critical' && was?.level !== 'critical') change.begun.push(next)
  }
  return change
}

// --- internal ---

const KINDS = ['breakage', 'shift', 'concept'] as const
/** Windows. */
const GONE_FOR = 3

interface Seen {
  level?: Alarm['level']
  /** What alarms now. */
  features: string[]
  /** What would not begin an alarm, and yet holds one. */
  held: ReadonlySet<string>
}

const NOTHING: Seen = { features: [], held: new Set() }
/** Stands for the concept, which is of no feature. */
const CONCEPT = ''

function seenOf(kind: DriftKind, verdict: DriftVerdict, before: readonly Alarm[]): Seen {
  if (kind === 'concept') {
    const { concept } = verdict
    const held = new Set(concept?.holds ? [CONCEPT] : [])
    return { ...levelOf(concept ? [concept] : []), features: [], held }
  }
  // What was broken within the window of shift still looks shifted there; it is not, and nothing is to be trained on it.
  const broken = before.find(alarm => alarm.kind === 'breakage')?.features.map(({ name }) => name) ?? []
  const judged = verdict.features.filter(({ weight }) => weight > 0)
  const mine = judged.filter(one => {
    const isBroken = one.kind === 'breakage' || broken.includes(one.name)
    return isBroken === (kind === 'breakage')
  })
  const wrong = mine.filter(({ state }) => state === 'warn' || state === 'critical')
  return {
    ...levelOf(wrong),
    features: wrong.map(({ name }) => name),
    held: new Set(mine.filter(({ holds }) => holds).map(({ name }) => name)),
  }
}

function levelOf(wrong: readonly { state: string }[]): Pick<Seen, 'level'> {
  if (wrong.some(({ state }) => state === 'critical')) return { level: 'critical' }
  return wrong.some(({ state }) => state === 'warn') ? { level: 'warn' } : {}
}

function nextOf(
  kind: DriftKind,
  was: Alarm | undefined,
  { level, features, held }: Seen,
  now: number,
  { isBlind, goneAfter }: { isBlind: boolean; goneAfter: number },
): Alarm | undefined {
  const about = (was?.features ?? []).map(one => {
    const isThere = isBlind || held.has(one.name) || features.includes(one.name)
    return { ...one, lastSeen: isThere ? now : one.lastSeen }
  })
  const others = features.filter(name => !about.some(one => one.name === name))
  const joined = [...about, ...others.map(name => ({ name, lastSeen: now }))]
  if (!was) return level && { kind, level, since: now, lastSeen: now, features: joined }
  const isConcept = isBlind || level !== undefined || held.has(CONCEPT)
  const lastSeen =
    kind === 'concept' ? (isConcept ? now : was.lastSeen) : Math.max(...joined.map(one => one.lastSeen), 0)
  const there = joined.filter(one => now - one.lastSeen <= goneAfter)
  return { ...was, level: level === 'critical' ? level : was.level, lastSeen, features: there }
}
