import * as z from 'zod'
import { ALERT_KINDS, type Alert, type AlertKind } from './alert.ts'

/**
 * Many alerts of one issue: a few say what they are, of the others it is known that they fire, of which kind and release, so that
 * nothing is over before all are.
 */

/** How many are shown, with what they say of themselves. */
export const MOST_SHOWN = 20

/** How many an issue has room for, by their ids alone. */
export const MOST_KEPT = 2000

/** What is worst first, then always in one order: those that are shown stay the same. */
export function inOrder<A extends Alert>(alerts: readonly A[]): A[] {
  return alerts.toSorted((a, b) => rankOf(a) - rankOf(b) || (a.id < b.id ? -1 : 1))
}

/** As many as an issue has room for. What is left out is one more of them, which a person has to end. */
export function kept(alerts: readonly Alert[]): Alert[] {
  const known = inOrder(alerts.filter(({ id }) => id !== UNCOUNTED.id))
  const isMore = known.length > MOST_KEPT || known.length < alerts.length
  const all = [...(isMore ? [UNCOUNTED] : []), ...known.slice(0, MOST_KEPT)]
  return all.map((one, at) => (at < MOST_SHOWN ? one : { ...one, ...UNSAID }))
}

export type Crowd = z.infer<typeof CROWD>
export const CROWD = z.array(
  z.object({
    kind: z.enum(ALERT_KINDS),
    release: z.string().max(1000),
    environment: z.string().max(1000).optional(),
    /** Between blanks. */
    ids: z.string(),
  }),
)

/** Those of which nothing is said, in few characters, and the others. */
export function packed<A extends Alert>(alerts: readonly A[]): { alerts: A[]; crowd?: Crowd } {
  const isUnsaid = (one: A) => Object.keys(UNSAID).every(key => one[key as keyof typeof UNSAID] === '')
  const unsaid = alerts.filter(isUnsaid)
  if (unsaid.length === 0) return { alerts: [...alerts] }
  const alike = Map.groupBy(unsaid, one => JSON.stringify([one.kind, one.release, one.environment]))
  const crowd = [...alike.values()].map(all => {
    const { kind, release, environment } = all[0]!
    const ids = all.map(({ id }) => id).join(' ')
    return { kind, release, ...(environment !== undefined && { environment }), ids }
  })
  return { alerts: alerts.filter(one => !isUnsaid(one)), crowd }
}

/** The alerts that were packed, in their order. */
export function unpacked({ alerts, crowd = [] }: { alerts: readonly Alert[]; crowd?: Crowd | undefined }) {
  const unsaid = crowd.flatMap(({ ids, ...alike }) => ids.split(' ').map(id => ({ id, ...UNSAID, ...alike })))
  return inOrder([...alerts, ...unsaid])
}

// --- internal ---

const UNSAID = { name: '', severity: '', since: '', summary: '' }

/** For all that there is no room for. Nobody tells that it is over. */
const UNCOUNTED: Alert = {
  id: '0',
  kind: 'other',
  name: 'more than there is room for',
  severity: '',
  release: '',
  since: '',
  summary: 'nobody can tell when they are over: close the issue then',
}

const WORST_FIRST: AlertKind[] = ['breakage', 'shift', 'concept', 'other']

function rankOf({ id, kind }: Alert): number {
  return id === UNCOUNTED.id ? -1 : WORST_FIRST.indexOf(kind)
}
