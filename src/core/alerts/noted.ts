import * as z from 'zod'
import { RETRAINING_STATES } from '../promotion/retraining/plan.ts'
import { plain } from '../report/words/escape.ts'
import { ENVIRONMENT_NAME } from '../text/names.ts'
import type { Alarm } from '../traffic/drift/alarms.ts'
import { ALERT_KINDS, type Alert, type ToldAlert } from './alert.ts'
import { CROWD, kept, MOST_KEPT, packed, unpacked } from './crowd.ts'

/**
 * What the issue of an alert knows, in a hidden line of its text: the issue is the state, and whoever looks at it next, after a restart
 * or in another process, knows no less.
 */
export type Noted = z.infer<typeof NOTED>

/** What an issue's text says; undefined where it has no such line, or somebody broke it. */
export function notedIn(body: string): Noted | undefined {
  const [, json] = LINE.exec(body) ?? []
  if (json === undefined) return undefined
  try {
    const { crowd, ...line } = NOTED_LINE.parse(JSON.parse(json))
    return NOTED.parse({ ...line, alerts: unpacked({ alerts: line.alerts, crowd }) })
  } catch {
    return undefined
  }
}

/** The hidden line. */
export function notedLine(noted: Noted): string {
  return `<!-- assay:alert v1 ${escaped(JSON.stringify({ ...noted, ...packed(noted.alerts) }))} -->`
}

/** With what was told since. What fires again after all was over begins anew: it is told of anew. Undefined: nothing ever fired. */
export function withTold(noted: Noted | undefined, told: readonly ToldAlert[]): Noted | undefined {
  const known = new Map<string, Alert>(noted && !noted.over ? noted.alerts.map(one => [one.id, one]) : [])
  const anew = new Set<Alert>()
  for (const { firing, ...alert } of told) {
    if (firing) known.set(alert.id, alert)
    else known.delete(alert.id)
    anew.add(alert)
  }
  if (known.size === 0) return noted && { ...noted, over: true }
  const alerts = kept([...known.values()].map(one => (anew.has(one) ? readable(one) : one)))
  const { slack: _, moved: __, ...unsaid } = noted ?? { words: '' }
  const before = noted && !noted.over ? noted : unsaid
  return { ...before, alerts, over: false }
}

/** Without what goes on elsewhere; where nothing else fires, it is over here. */
export function withMoved(
  noted: Noted,
  isMoved: (alert: Alert) => boolean,
  environments: readonly string[],
): Noted {
  const moved = [...new Set([...(noted.moved ?? []), ...environments])].toSorted().slice(0, MOST_MOVED)
  const alerts = noted.alerts.filter(one => !isMoved(one))
  return alerts.length > 0 ? { ...noted, alerts, moved } : { ...noted, moved, over: true }
}

/** With the alarms of live traffic after a look, as far as an issue has room for what they are about. */
export function withAlarms(noted: Noted, alarms: readonly Alarm[], room = FEATURES_LENGTH): Noted {
  const drift = alarms.map(one => ({ ...one, features: within(room, one.features) }))
  return { ...noted, drift }
}

/**
 * Whether alarms of live traffic go on, also where the bot has noted that all is over, since a person closed the issue. Whoever finds
 * their end notes that too: what comes after it is another alarm.
 */
export function isAlarming({ drift }: Noted): boolean {
  return drift?.some(({ level }) => level !== 'warn') ?? false
}

/** Whether something may change without anything being told, or its end is not told in Slack yet: then it is looked at again. */
export function isUnfinished({ over, retraining, slack }: Noted): boolean {
  const isUnderWay = retraining?.state === 'begun' || retraining?.state === 'opened'
  const isUnsaid = over && slack?.said?.over === false && slack.failing === undefined
  return !over || isUnderWay || isUnsaid || slack?.failing?.ended === false
}

/** Whether both say the same. */
export function isSameNoted(a: Noted | undefined, b: Noted | undefined): boolean {
  const normal = (one: Noted | undefined) => one && JSON.stringify(NOTED.parse(one))
  return normal(a) === normal(b)
}

/** What is longer is cut: a line that nobody can read would have all of it forgotten. */
const text = z.string().overwrite(one => one.slice(0, LONGEST_TEXT))
const kinds = z.array(z.enum(ALERT_KINDS)).max(10)

const LONGEST_TEXT = 1000
const MOST_MOVED = 20
/** Characters that the features of one alarm take, and one of them beside its name. */
const FEATURES_LENGTH = 5000
const FEATURE_LENGTH = 40

const INSTANT = z.number().min(0).max(8.64e15)
const ALARM = z.object({
  kind: z.enum(['breakage', 'shift', 'concept', 'silence']),
  level: z.enum(['warn', 'critical', 'unknown']),
  release: z.string().max(200).optional(),
  since: INSTANT,
  lastSeen: INSTANT,
  features: z.array(z.object({ name: z.string().max(200), lastSeen: INSTANT })).max(200),
})

export const NOTED = z.object({
  /** What fires; once it is over, what fired last. */
  alerts: z
    .array(
      z.object({
        id: z.string().regex(/^[0-9a-f]{1,64}$/),
        kind: z.enum(ALERT_KINDS),
        name: text,
        severity: text,
        release: text,
        since: text,
        summary: text,
        environment: text.optional(),
      }),
    )
    .max(MOST_KEPT + 1),
  over: z.boolean(),
  /** What is done about it. */
  words: text,
  /** The environments of whose issues some of it is now. */
  moved: z.array(text).max(MOST_MOVED).optional(),
  /** Who was asked to look. */
  people: z
    .array(z.string().regex(/^[\w./-]{1,200}$/))
    .max(20)
    .optional(),
  retraining: z
    .object({
      branch: text,
      state: z.enum(RETRAINING_STATES),
      words: text,
      url: text.optional(),
    })
    .optional(),
  /** Alarms of live traffic, warnings too: by them it is known at the next look what begins, holds and ends. */
  drift: z.array(ALARM).max(8).optional(),
  slack: z
    .object({
      /** Where the thread is, and which message began it; absent where nothing can be answered there. */
      channel: z
        .string()
        .regex(/^\w{1,100}$/)
        .optional(),
      thread: z
        .string()
        .regex(/^[\d.]{1,100}$/)
        .optional(),
      /** What was said last. */
      said: z.object({ kinds, retraining: text, over: z.boolean() }).optional(),
      /** Since when it cannot be told, in milliseconds; ended: it is tried no more. */
      failing: z.object({ since: z.number(), words: text, ended: z.boolean() }).optional(),
    })
    .optional(),
})

// --- internal ---

const NOTED_LINE = NOTED.extend({ crowd: CROWD.optional() })
const LINE = /^<!-- assay:alert v1 (.*) -->$/m

/** JSON in which nothing ends a hidden line, mentions anybody or refers to anything. */
function escaped(json: string): string {
  return json.replace(/[<>&@#]|--/g, one =>
    [...one].map(char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  )
}

/** As it is kept: what it says is in a hidden line too, so personal data is masked before. */
function readable({ id, kind, name, severity, release, since, summary, environment }: Alert): Alert {
  return {
    id,
    kind,
    name: shown(name, 80),
    severity: shown(severity, 40),
    release: shown(release, 80),
    since: shown(since, 40),
    summary: shown(summary, 200),
    ...(environment !== undefined && {
      environment: ENVIRONMENT_NAME.test(environment) ? environment : shown(environment, 60),
    }),
  }
}

/** What is far behind the end is not looked at either: masking takes its time. */
function shown(text: string, limit: number): string {
  return plain(text.slice(0, limit + 200), limit)
}

/** The first of them, at least one, as far as they have room in a hidden line. */
function within<T extends { name: string }>(room: number, features: readonly T[]): T[] {
  let used = 0
  const isOver = features.findIndex(({ name }) => {
    used += FEATURE_LENGTH + escaped(JSON.stringify(name)).length
    return used > room
  })
  return features.slice(0, isOver < 0 ? features.length : Math.max(1, isOver))
}
