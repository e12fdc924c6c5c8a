import type { Arm } from '../../../../src/core/traffic/canary/counts.ts'
import type { CanaryStep } from '../../../../src/core/traffic/exposures/step.ts'

/** Something that happens, in seconds: when it is told, and how long ago that was. */
export type Told = { told: number; ago: number; unit: string } & (
  | { what: 'contact'; arm: 'champion' | 'challenger'; isError: boolean; isSlow: boolean }
  | { what: 'outcome'; converts: boolean }
)

/** The same counts from the whole story, by what the words mean and without any table. */
export function naiveCounts(story: readonly Told[], step: CanaryStep, now: number) {
  const arms = { champion: emptyArm(), challenger: emptyArm() }
  let metBoth = 0
  for (const unit of new Set(story.map(one => one.unit))) {
    const own = story.filter(one => one.unit === unit)
    const contacts = own.filter(one => one.what === 'contact')
    const [first] = contacts
    if (!first) continue
    const other = contacts.find(one => one.arm !== first.arm)
    const ripeAfter = first.told - first.ago + step.within / 1000
    const arm = arms[first.arm]
    arm.exposures++
    if (other) {
      metBoth++
      arm.crossed++
      arms[other.arm].crossed++
      arms[other.arm].exposures++
    } else {
      if (contacts.some(one => one.isError)) arm.harmed.errors++
      if (contacts.some(one => one.isSlow)) arm.harmed.latency++
    }
    if (now <= ripeAfter || (other && other.told <= ripeAfter)) continue
    const place = (one: Told) => own.indexOf(one)
    const outcomes = own.filter(one => one.what === 'outcome')
    const early = outcomes.filter(one => place(one) < place(first)).slice(-4)
    const counted = [
      ...early.filter(one => first.told - one.told <= 300 && first.told <= ripeAfter),
      ...outcomes.filter(
        one => place(one) > place(first) && one.told <= ripeAfter && !(other && place(other) < place(one)),
      ),
    ].filter(one => one.told - one.ago >= first.told - first.ago && one.told - one.ago <= ripeAfter)
    arm.matured++
    if (counted.some(one => one.converts)) arm.converted++
    if (counted.length === 0) arm.harmed.missing_outcome++
  }
  return { arms: { champion: asArm(arms.champion), challenger: asArm(arms.challenger) }, metBoth }
}

// --- internal ---

function emptyArm() {
  return {
    exposures: 0,
    crossed: 0,
    matured: 0,
    converted: 0,
    harmed: { errors: 0, latency: 0, missing_outcome: 0 },
  }
}

function asArm({ harmed, ...arm }: ReturnType<typeof emptyArm>): Arm {
  return { ...arm, harmed: new Map(Object.entries(harmed) as [keyof typeof harmed, number][]) }
}
