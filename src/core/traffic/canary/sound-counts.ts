import { countedIn } from '../../deploy-config/mesh.ts'
import { isInstant } from '../../text/instant-words.ts'
import { type Arm, type CanaryCounts, meshOf, triedBy } from './counts.ts'
import type { CanaryRules } from './verdict.ts'

/** What cannot be, of counts that came from outside: such numbers are of nothing, and nothing is told by them. Undefined: all can be. */
export function whatIsWrong(counts: CanaryCounts, rules: CanaryRules): string | undefined {
  if (!isInstant(counts.since) || !isInstant(counts.asOf)) return 'no instant says when they are of'
  const { metBoth, unattributed, full, echoed, outcomes = 0 } = counts
  const own = { metBoth, unattributed, full, echoed, outcomes }
  return (
    noCount(own) ??
    wrongArm('challenger', counts.arms.challenger, rules) ??
    wrongArm('champion', counts.arms.champion, rules) ??
    wrongBoth(counts) ??
    wrongSlices(counts) ??
    wrongMesh(counts)
  )
}

// --- internal ---

function wrongArm(name: string, arm: Arm, rules: CanaryRules): string | undefined {
  const guardrails = countedIn(rules).events
  const { exposures, crossed, matured, converted, harmed } = arm
  const missing = guardrails.find(guardrail => !harmed.has(guardrail))
  if (missing !== undefined) return `the ${name} has no count of ${missing}`
  const wrong = noCount({ exposures, crossed, matured, converted, ...Object.fromEntries(harmed) })
  if (wrong !== undefined) return `${wrong} of the ${name}`
  if (crossed > exposures) return `the ${name} has more units that met both than units`
  if (matured > exposures) return `the ${name} has more matured units than units`
  if (converted > matured) return `the ${name} has more conversions than matured units`
  const beyond = guardrails.find(guardrail => harmed.get(guardrail)! > triedBy(arm, guardrail))
  return beyond === undefined ? undefined : `the ${name} has more ${beyond} than units`
}

/** Who met both is in the `crossed` of each arm: the three count the same units. */
function wrongBoth({ metBoth, arms }: CanaryCounts): string | undefined {
  const [challenger, champion] = [arms.challenger.crossed, arms.champion.crossed]
  if (challenger === metBoth && champion === metBoth) return undefined
  return `${metBoth} units met both, and of the challenger ${challenger} did, of the champion ${champion}`
}

/** Each unit is in one slice. */
function wrongSlices({ slices, arms }: CanaryCounts): string | undefined {
  if (!slices) return undefined
  for (const which of ['challenger', 'champion'] as const) {
    const own = slices.map(one => one.arms[which])
    const sum = (of: 'matured' | 'converted') => own.reduce((all, one) => all + one[of], 0)
    const wrong = own.map(one => noCount({ ...one })).find(one => one !== undefined)
    if (wrong !== undefined) return `${wrong} in a slice of the ${which}`
    if (own.some(({ matured, converted }) => converted > matured))
      return `a slice of the ${which} has more conversions than matured units`
    if (sum('matured') !== arms[which].matured || sum('converted') !== arms[which].converted)
      return `the slices of the ${which} are not all of it`
  }
  return undefined
}

function wrongMesh(counts: CanaryCounts): string | undefined {
  const mesh = meshOf(counts)
  for (const which of ['challenger', 'champion'] as const) {
    const { requests = 0, ...rates } = mesh?.[which] ?? {}
    const all = Object.entries(rates)
    const numbers = all.flatMap(([name, { events, units }]) => [
      [name, events],
      [`all that ${name} is of`, units],
    ])
    const wrong = noCount({ requests, ...Object.fromEntries(numbers) })
    if (wrong !== undefined) return `${wrong} of the ${which} in the mesh`
    const beyond = all.find(([, { events, units }]) => events > units)
    if (beyond) return `the ${which} has more ${beyond[0]} than requests in the mesh`
  }
  return undefined
}

function noCount(numbers: Record<string, number>): string | undefined {
  const wrong = Object.entries(numbers).find(([, value]) => !Number.isSafeInteger(value) || value < 0)
  return wrong && `${wrong[1]} is no number of ${wrong[0]}`
}
