import { canaryOf, Experiment } from '../src/core/deploy-config/experiment.ts'
import { drawBinomial } from '../src/core/statistics/distributions/binomial-sampler.ts'
import { mulberry32 } from '../src/core/statistics/random.ts'
import { promisedSequence } from '../src/core/statistics/traffic/promised-sequence.ts'
import { perDayToFind } from '../src/core/traffic/canary/findable.ts'
import { judgeCanary } from '../src/core/traffic/canary/judge.ts'
import { rulesOf } from '../src/core/traffic/canary/rules.ts'
import { BROKEN, splitLogE } from '../src/core/traffic/canary/split.ts'
import type { CanaryRules } from '../src/core/traffic/canary/verdict.ts'
import { looks, RULES } from '../test/core/traffic/canary/canaries.ts'
import { release } from '../test/support/releases.ts'

/** The tables of docs/statistics.md: canaries drawn at random, looked at every five minutes for a day. `node bench/canary-days.ts [seeds]` */

const seeds = Number(process.argv[2] ?? 1000)
const AT_ONCE: CanaryRules = { ...RULES, conversion: { ...RULES.conversion, within: 0 } }
const random = (seed: number) => mulberry32(seed * 104_729 + 11)

function days(name: string, challenger: number, rules: CanaryRules): void {
  const at = Array.from({ length: seeds }, (_, seed) => {
    const drawn = { share: 0.05, perDay: 20_000, champion: 0.06, challenger, harmed: 0.01, predictions: 5 }
    let minutes = 0
    for (const counts of looks(random(seed), drawn)) {
      minutes += 5
      if (judgeCanary(counts, rules, counts.asOf).verdict === 'fail') return minutes
    }
    return Infinity
  }).sort((a, b) => a - b)
  const found = at.filter(Number.isFinite).length / seeds
  console.log(`${name}: ${(100 * found).toFixed(1)} % within a day, median ${at[Math.floor(seeds / 2)]} min`)
}

for (const [who, rules] of [
  ['alone', { ...AT_ONCE, guardrails: [] }],
  ['with guardrails', AT_ONCE],
] as const)
  for (const [what, rate] of [
    ['as good', 0.06],
    ['a fifth fewer', 0.048],
    ['half', 0.03],
    ['none', 0],
  ] as const)
    days(`${what}, ${who}`, rate, rules)

function split(share: number, most: number, runs: number): void {
  const at = Array.from({ length: runs }, (_, seed) => {
    const draw = random(seed)
    let challenger = 0
    for (let units = 1; units <= most; units++) {
      if (draw() < share) challenger++
      if (splitLogE({ challenger, units, share: 0.05 }) >= Math.log(BROKEN)) return units
    }
    return Infinity
  }).sort((a, b) => a - b)
  const found = at.filter(Number.isFinite).length
  console.log(
    `split of ${share} for 0.05: ${found} of ${runs} broken, median ${at[Math.floor(runs / 2)]} units`,
  )
}

split(0.05, 20_000, seeds)
split(0.06, 60_000, Math.ceil(seeds / 5))
split(0.07, 60_000, seeds)

const TRAFFIC: Record<string, (at: number) => number> = {
  'the same all the time': () => 1,
  'by day ten times that of night': at => 1 - 0.82 * Math.cos(14 * Math.PI * at),
  'rising from nothing': at => at,
  'falling to nothing': at => 1.02 - at,
  'twenty times as much on the last of seven days': at => (at > 6 / 7 ? 20 : 1),
}

/** How often the interval leaves out the truth, and how often a challenger that is as good passes. */
function sequences(name: string, rateAt: (at: number) => number): void {
  let [missed, passed] = [0, 0]
  for (let seed = 0; seed < seeds; seed++) {
    const [own, other] = [
      { successes: 0, n: 0 },
      { successes: 0, n: 0 },
    ]
    const draw = random(seed)
    let [isMissed, isPassed] = [false, false]
    const whole = Array.from({ length: 288 }, (_, look) => rateAt((look + 0.5) / 288))
    const sum = whole.reduce((all, part) => all + part, 0)
    for (const [look, part] of whole.entries()) {
      const units = Math.round((120_000 * part) / sum)
      const mine = drawBinomial(draw, units, 0.05)
      own.n += mine
      other.n += units - mine
      own.successes += drawBinomial(draw, mine, 0.06)
      other.successes += drawBinomial(draw, units - mine, 0.06)
      if (own.successes < 20 || other.successes < 20) continue
      const { low, high } = promisedSequence({ canary: own, champion: other, elapsed: (look + 1) / 288 })
      isMissed ||= low > 0 || high < 0
      isPassed ||= low > -0.005
    }
    if (isMissed) missed++
    if (isPassed) passed++
  }
  const percent = (number: number) => `${((100 * number) / seeds).toFixed(1)} %`
  console.log(`traffic ${name}: misses ${percent(missed)}, passes ${percent(passed)}`)
}

for (const [name, rateAt] of Object.entries(TRAFFIC)) sequences(name, rateAt)

const experiment = canaryOf(
  Experiment.parse({
    ...{ shares: [50, 50], until: '24h', decide: 'winner', unit: 'user', sticky: 'cookie' },
    conversion: { outcome: 'bought', within: '1s', margin: 0.02 },
  }),
)
/** An experiment of a day with two halves, judged every 20 minutes: how often a winner is named at some look, and at the end. */
function experiments(name: string, perDay: number, challenger: number): void {
  const file = { ...experiment, weight: 50, challenger: release(2) }
  const rules: CanaryRules = { ...rulesOf('r41', file), key: RULES.key }
  let [some, atEnd] = [0, 0]
  for (let seed = 0; seed < seeds; seed++) {
    let [seen, last, look] = [false, false, 0]
    for (const counts of looks(random(seed), { share: 0.5, perDay, champion: 0.06, challenger })) {
      if (++look % 4 > 0) continue
      const { verdict } = judgeCanary(counts, rules, counts.asOf)
      last = verdict === 'pass' || verdict === 'fail'
      seen ||= last
    }
    if (seen) some++
    if (last) atEnd++
  }
  const percent = (number: number) => `${((100 * number) / seeds).toFixed(1)} %`
  console.log(
    `experiment, ${name}, ${perDay} a day: a winner at some look ${percent(some)}, at the end ${percent(atEnd)}`,
  )
}

const enough = perDayToFind({ ...experiment, weight: 50, challenger: release(2) }, 0.06)
experiments('as good', 20_000, 0.06)
experiments('a tenth more convert', enough, 0.066)
experiments('a twentieth more', 4 * enough, 0.063)
