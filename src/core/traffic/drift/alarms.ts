import type { DriftKind, DriftVerdict, FlowDrift } from './verdict.ts'

/**
 * What people get. An alarm begins when something is wrong, holds while what it began with is near it, and ends when that has been
 * gone for three windows: the same shift that comes back meanwhile is the same alarm.
 */

export interface Alarm {
  kind: AlarmKind
  /** People are told of critical ones, and of a silence that nobody can explain; of a warning the pages show that it is there. */
  level: 'warn' | 'critical' | 'unknown'
  /** Instants in milliseconds: when it began, and when what it began with was last seen. */
  since: number
  lastSeen: number
  /** What it is about, each with when it was last seen; none for concept. One that has been gone long enough leaves. */
  features: { name: string; lastSeen: number }[]
}

/** Silence is breakage to whoever asks what to do; it begins and ends for itself. */
export type AlarmKind = DriftKind | 'silence'

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
  minutes: Readonly<Record<AlarmKind, number>>,
): AlarmChange {
  const change: AlarmChange = { alarms: [], begun: [], ended: [] }
  for (const kind of KINDS) {
    const was = before.find(alarm => alarm.kind === kind)
    const isBlind = verdict.unseen !== undefined || (kind !== 'silence' && verdict.rows === 0)
    const seen = isBlind && !verdict.flow ? NOTHING : seenOf(kind, verdict, before)
    const goneAfter = GONE_FOR * minutes[kind] * 60_000
    const next = nextOf(kind, was, seen, now, { isBlind, goneAfter })
    if (was && now - next!.lastSeen > goneAfter) {
      change.ended.push(next!)
      continue
    }
    if (!next) continue
    change.alarms.push(next)
    if (next.level !== 'warn' && was?.level !== 'critical' && next.level !== was?.level)
      change.begun.push(next)
  }
  return change
}

// --- internal ---

const KINDS = ['silence', 'breakage', 'shift', 'concept'] as const
const OF_FEATURES: ReadonlySet<AlarmKind> = new Set(['breakage', 'shift'])
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
/** Stands for what is of no feature: concept, silence. */
const WHOLE = ''
/** Stands for the events themselves, where they are not of the profile's width. */
const EVENTS = '__events__'

function seenOf(kind: AlarmKind, verdict: DriftVerdict, before: readonly Alarm[]): Seen {
  const flowOf = (what: FlowDrift['what']) => (verdict.flow?.what === what ? verdict.flow : undefined)
  if (kind === 'silence') {
    const level = flowOf('silence')?.state
    return { ...(level && { level }), features: [], held: new Set() }
  }
  if (kind === 'concept') {
    const { concept } = verdict
    const held = new Set(concept?.holds ? [WHOLE] : [])
    return { ...levelOf(concept ? [concept] : []), features: [], held }
  }
  // What was broken within the window of shift still looks shifted there; it is not, and nothing is to be trained on it.
  const broken = before.find(alarm => alarm.kind === 'breakage')?.features.map(({ name }) => name) ?? []
  const judged = verdict.features.filter(({ weight }) => weight > 0)
  const mine = judged.filter(one => {
    const isBroken = one.kind === 'breakage' || broken.includes(one.name)
    return isBroken === (kind === 'breakage')
  })
  const width = kind === 'breakage' ? flowOf('width') : undefined
  const wrong = [
    ...mine.filter(({ state }) => state === 'warn' || state === 'critical'),
    ...(width ? [{ ...width, name: EVENTS }] : []),
  ]
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
  kind: AlarmKind,
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
  const isThere = isBlind || level !== undefined || held.has(WHOLE)
  const lastSeen = OF_FEATURES.has(kind)
    ? Math.max(...joined.map(one => one.lastSeen), 0)
    : isThere
      ? now
      : was.lastSeen
  const there = joined.filter(one => now - one.lastSeen <= goneAfter)
  return { ...was, level: level === 'critical' ? level : was.level, lastSeen, features: there }
}
