/** What must not become more frequent in a canary: a row each, and what can count it. */

/** Who tells of the traffic of a canary. */
interface CountSource {
  /** What it is, within a sentence. */
  name: string
  /** What it tells of a request; what nobody tells cannot be counted. */
  tells: string
}

export const COUNT_SOURCES = {
  events: {
    name: 'events that the server sends',
    tells: 'whom it was for, whether it failed, how long it took',
  },
  logger: {
    name: "KServe's logger",
    tells: 'what was asked and answered, and neither a failure nor how long it took',
  },
  mesh: {
    name: 'the mesh',
    tells: 'whether a request failed and how long it took, and nothing of outcomes',
  },
} as const satisfies Record<string, CountSource>
export type CountSourceName = keyof typeof COUNT_SOURCES

interface Guardrail {
  /** Which way is harm. */
  harm: 'more' | 'fewer'
  /** Whom it can happen to: any unit that came, or one that is mature, since only then is known what did not come. */
  of: 'units' | 'matured'
  /** What happens to a unit: once it has, it is counted, however often it happens again. */
  event: string
  /** What can count it. A guardrail that the source of a canary cannot count is refused. */
  countedBy: readonly CountSourceName[]
  /** Its name beside a number. */
  label: string
  /** That there is harm, before the two shares. */
  harmed: string
}

/** In the order in which people are told of them. */
export const GUARDRAILS = {
  errors: {
    harm: 'more',
    of: 'units',
    event: 'an answer that failed: `"error": true` in its event, or a status of 5xx in the mesh',
    countedBy: ['events', 'mesh'],
    label: 'errors',
    harmed: 'more meet errors',
  },
  latency: {
    harm: 'more',
    of: 'units',
    event: 'an answer that takes longer than `latency_ms`, which is frozen when the canary begins',
    countedBy: ['events', 'mesh'],
    label: 'slow answers',
    harmed: 'more wait longer than what was slow when the canary began',
  },
  missing_outcome: {
    harm: 'more',
    of: 'matured',
    event: 'no outcome of any name `within` the first contact',
    countedBy: ['events', 'logger'],
    label: 'no outcome',
    harmed: 'more are without any outcome',
  },
} as const satisfies Record<string, Guardrail>
export type CanaryGuardrail = keyof typeof GUARDRAILS
/** The guardrails that a source can count. */
export type CountedBy<S extends CountSourceName> = {
  [K in CanaryGuardrail]: S extends (typeof GUARDRAILS)[K]['countedBy'][number] ? K : never
}[CanaryGuardrail]

export const CANARY_GUARDRAILS = Object.keys(GUARDRAILS) as [CanaryGuardrail, ...CanaryGuardrail[]]

/** Whether a source tells of the event of a guardrail. */
export function canCount<S extends CountSourceName>(
  source: S,
  guardrail: CanaryGuardrail,
): guardrail is CountedBy<S> {
  const able: readonly CountSourceName[] = GUARDRAILS[guardrail].countedBy
  return able.includes(source)
}
