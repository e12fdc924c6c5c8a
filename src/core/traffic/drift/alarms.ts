import type { DriftKind, DriftVerdict, FlowDrift, HeldLevel } from './verdict.ts'

/**
 * What people get. An alarm begins when something is wrong, holds while what it is about is near that, and ends when that has been
 * gone for three windows: the same shift that comes back meanwhile is the same alarm. Of each kind there is one that people are told
 * of, and one of warnings beside it: what only warns neither becomes an alarm nor holds one.
 */

export interface Alarm {
  kind: AlarmKind
  /** People are told of critical ones, and of a silence that nobody can explain; of a warning the pages show that it is there. */
  level: 'warn' | 'critical' | 'unknown'
  /** Whose traffic it is, where that is known: another release is held against a profile of its own. */
  release?: string
  /** Instants in milliseconds: when it began, and when what it is about was last seen. */
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
 * Alarms after a look. A window that is not known (no counts came) changes nothing: an alarm does not end by silence. Those of another
 * release have ended.
 *
 * @param minutes length of the window of each kind
 */
export function nextAlarms(
  before: readonly Alarm[],
  verdict: DriftVerdict,
  now: number,
  minutes: Readonly<Record<AlarmKind, number>>,
): AlarmChange {
  const isOther = ({ release }: Alarm) =>
    release !== undefined && verdict.release !== undefined && release !== verdict.release
  const change: AlarmChange = { alarms: [], begun: [], ended: before.filter(isOther) }
  const own = before.filter(alarm => !isOther(alarm))
  for (const kind of KINDS) {
    const isBlind = BLIND[kind](verdict)
    const goneAfter = GONE_FOR * minutes[kind] * 60_000
    const told = own.find(alarm => alarm.kind === kind && alarm.level !== 'warn')
    const warned = own.find(alarm => alarm.kind === kind && alarm.level === 'warn')
    const at = { now, isBlind, goneAfter }
    const alarm = carry(change, told, seenOf(kind, verdict, own), at)
    if (alarm && (!told || (alarm.level === 'critical' && told.level !== 'critical')))
      change.begun.push(alarm)
    carry(change, leftOf(warned, alarm), withoutTold(warningOf(kind, verdict, own), alarm), at)
  }
  return change
}

// --- internal ---

const KINDS = ['silence', 'breakage', 'shift', 'concept'] as const
/** Windows. */
const GONE_FOR = 3

/** Whether a look tells nothing of what such an alarm is about. */
const BLIND: Readonly<Record<AlarmKind, (verdict: DriftVerdict) => boolean>> = {
  silence: ({ unseen }) => unseen !== undefined,
  breakage: ({ unseen, rows, isBreakageEmpty = rows === 0, flow }) =>
    unseen !== undefined || (isBreakageEmpty && flow?.what !== 'uncounted'),
  shift: ({ unseen, rows }) => unseen !== undefined || rows === 0,
  concept: ({ concept }) => concept === undefined || concept.state === 'unknown',
}

interface Seen {
  kind: AlarmKind
  release?: string
  /** Begins an alarm; absent: nothing does. */
  level?: Alarm['level']
  /** What alarms now: names of features, or what stands for what is of none. */
  names: string[]
  /** What would not begin an alarm, and yet holds one. */
  held: string[]
}

/** Stand for what is of no feature: concept and silence, and the events themselves. */
const WHOLE = ''
const EVENTS = '__events__'

/** Whatever is wrong with one of them. */
interface Wrong {
  name: string
  state: string
  holds: HeldLevel | false
}

function wrongOf(kind: AlarmKind, verdict: DriftVerdict, before: readonly Alarm[]): Wrong[] {
  const flowOf = (what: FlowDrift['what'], name: string): Wrong[] =>
    verdict.flow?.what === what ? [{ name, state: verdict.flow.state, holds: false }] : []
  if (kind === 'silence') return flowOf('silence', WHOLE)
  if (kind === 'concept') return verdict.concept ? [{ name: WHOLE, ...verdict.concept }] : []
  // What was broken within the window of shift still looks shifted there; it is not, and nothing is to be trained on it.
  const broken = new Set(
    before
      .filter(alarm => alarm.kind === 'breakage')
      .flatMap(({ features }) => features.map(({ name }) => name)),
  )
  const judged = verdict.features.filter(({ weight }) => weight > 0)
  const mine = judged.filter(one => {
    const isBroken = one.kind === 'breakage' || broken.has(one.name)
    return isBroken === (kind === 'breakage')
  })
  return kind === 'breakage' ? [...mine, ...flowOf('uncounted', EVENTS), ...flowOf('volume', EVENTS)] : mine
}

function seenOf(kind: AlarmKind, verdict: DriftVerdict, before: readonly Alarm[]): Seen {
  const all = wrongOf(kind, verdict, before)
  const isTold = ({ state }: Wrong) => state === 'critical' || (kind === 'silence' && state === 'unknown')
  const told = all.filter(isTold)
  const level = told.some(({ state }) => state === 'critical') ? 'critical' : 'unknown'
  return {
    kind,
    ...releaseOf(verdict),
    ...(told.length > 0 && { level }),
    names: told.map(({ name }) => name),
    held: all.filter(one => one.holds === 'critical' || isUnknown(one)).map(({ name }) => name),
  }
}

function warningOf(kind: AlarmKind, verdict: DriftVerdict, before: readonly Alarm[]): Seen {
  const all = wrongOf(kind, verdict, before)
  const warns = all.filter(({ state }) => state === 'warn')
  return {
    kind,
    ...releaseOf(verdict),
    ...(warns.length > 0 && { level: 'warn' }),
    names: warns.map(({ name }) => name),
    held: all.filter(one => one.holds !== false || isUnknown(one)).map(({ name }) => name),
  }
}

/** What cannot be seen any more has not gone. */
function isUnknown({ state }: Wrong): boolean {
  return state === 'unknown'
}

function releaseOf({ release }: DriftVerdict): { release?: string } {
  return release === undefined ? {} : { release }
}

/** What people are told of is no warning beside that. */
function withoutTold(seen: Seen, told: Alarm | undefined): Seen {
  if (!told) return seen
  const rest = (names: readonly string[]) => names.filter(name => name !== WHOLE && !isAbout(told, name))
  const { level, ...about } = seen
  const names = rest(seen.names)
  return { ...about, ...(level && names.length > 0 && { level }), names, held: rest(seen.held) }
}

/** What is left of a warning beside that; undefined: nothing. */
function leftOf(warned: Alarm | undefined, told: Alarm | undefined): Alarm | undefined {
  if (!warned || !told) return warned
  const features = warned.features.filter(({ name }) => !isAbout(told, name))
  return features.length > 0 ? { ...warned, features } : undefined
}

function isAbout({ features }: Alarm, name: string): boolean {
  return features.some(one => one.name === name)
}

/** Puts what becomes of an alarm where it belongs. @returns it, where it goes on */
function carry(
  change: AlarmChange,
  was: Alarm | undefined,
  { kind, release, level, names, held }: Seen,
  { now, isBlind, goneAfter }: { now: number; isBlind: boolean; goneAfter: number },
): Alarm | undefined {
  const isThere = new Set([...names, ...held])
  const known = (was?.features ?? []).map(one => ({
    ...one,
    lastSeen: isBlind || isThere.has(one.name) ? now : one.lastSeen,
  }))
  const joined = names
    .filter(name => name !== WHOLE && !known.some(one => one.name === name))
    .map(name => ({ name, lastSeen: now }))
  const all = [...known, ...joined]
  const features = all.filter(({ lastSeen }) => now - lastSeen <= goneAfter)
  const of = release === undefined ? {} : { release }
  if (!was) {
    const begun = level && { kind, level, ...of, since: now, lastSeen: now, features }
    if (begun) change.alarms.push(begun)
    return begun
  }
  const ofWhole = isBlind || isThere.has(WHOLE) ? now : was.lastSeen
  const lastSeen = all.length > 0 ? Math.max(...all.map(one => one.lastSeen)) : ofWhole
  const next = { ...of, ...was, level: level === 'critical' ? level : was.level, lastSeen, features }
  if (now - lastSeen > goneAfter) {
    change.ended.push(next)
    return undefined
  }
  change.alarms.push(next)
  return next
}
