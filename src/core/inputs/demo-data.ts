import { normalCdf } from '../statistics/distributions/distributions.ts'
import { mulberry32 } from '../statistics/random.ts'

/**
 * Made-up predictions of two classifiers on the same rows, as CSV: a champion, and a candidate that is a little better
 * everywhere but in one slice, where it got worse. For `assay demo`; the same seed gives the same bytes.
 */
export function demoPredictions(rows: number, seed: number): { champion: string; candidate: string } {
  const random = mulberry32(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const header = 'id,label,score,region'
  const champion = [header]
  const candidate = [header]
  for (let row = 0; row < rows; row++) {
    const region = REGIONS[Math.floor(random() * REGIONS.length)]!
    const signal = normal()
    const label = random() < normalCdf(signal - 0.5) ? 1 : 0
    const shared = normal()
    champion.push(`${row},${label},${scoreOf(signal + 0.9 * shared + 0.5 * normal())},${region}`)
    const noise = region === 'north' ? 1.6 : 0.6
    candidate.push(`${row},${label},${scoreOf(signal + noise * shared + 0.3 * normal())},${region}`)
  }
  return { champion: `${champion.join('\n')}\n`, candidate: `${candidate.join('\n')}\n` }
}

// --- internal ---

const REGIONS = ['north', 'south', 'east', 'west']

function scoreOf(value: number): string {
  return normalCdf(value * 0.7 - 0.35).toFixed(6)
}
