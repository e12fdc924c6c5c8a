/**
 * Names one piece of evidence: one champion against one challenger at one weight. Where any of the three changes, the evidence begins
 * anew; the collector's series have it as the label `canary`.
 *
 * @param of.weight percent of the challenger, whole
 */
export function canaryKey({ champion, challenger, weight }: CanaryArms): string {
  return `${champion.version}/${challenger.version}@${weight}`
}

// --- internal ---

interface CanaryArms {
  champion: { version: string }
  challenger: { version: string }
  weight: number
}
