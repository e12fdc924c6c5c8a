import { count } from '../../text/numbers.ts'
import { total } from '../drift/shares.ts'
import { missingBin } from '../profile/bins.ts'
import type { Feature } from '../profile/feature.ts'
import { type ModelProfile, trafficFeatures } from '../profile/profile.ts'
import type { WholeCounts } from './whole-counts.ts'

/**
 * Rows that came without a score or a prediction, while others have one: the value is missing there, as it is in a file. Whoever counts
 * cannot know whether it is ever told, and counts nothing; all rows of a window together can. Where none has one it is not known.
 */
export function withUnanswered(
  profile: ModelProfile,
  shift: WholeCounts,
  breakage: WholeCounts | undefined,
): { shift: WholeCounts; breakage: WholeCounts | undefined } {
  const answers = trafficFeatures(profile).slice(profile.features.length)
  const isTold = ({ name }: Feature) => total(shift.features.get(name) ?? []) > 0
  const told = answers.filter(isTold)
  const rows = rowsIn(profile, shift)
  const untold = answers.filter(one => rows > 0 && shift.features.has(one.name) && !isTold(one))
  const why = `none of ${count(rows, 'row')} has one: send it with the features, or give it the importance 0`
  const seen = filled(profile, told, shift)
  for (const { name } of untold) seen.features.delete(name)
  const absent = new Map([...shift.absent, ...untold.map(({ name }) => [name, why] as const)])
  return { shift: { ...seen, absent }, breakage: breakage && filled(profile, told, breakage) }
}

// --- internal ---

function rowsIn({ features }: ModelProfile, { features: counted }: WholeCounts): number {
  return Math.max(0, ...features.map(({ name }) => total(counted.get(name) ?? [])))
}

function filled(profile: ModelProfile, answers: readonly Feature[], counts: WholeCounts): WholeCounts {
  const rows = rowsIn(profile, counts)
  const features = new Map(counts.features)
  for (const one of answers) {
    const own = features.get(one.name)
    const without = own ? rows - total(own) : 0
    if (own && without > 0) features.set(one.name, own.with(missingBin(one), own[missingBin(one)]! + without))
  }
  return { ...counts, features }
}
