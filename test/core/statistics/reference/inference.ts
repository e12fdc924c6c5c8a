import { computeMetric } from '../../../../src/core/metrics/table/compute.ts'
import { betaTails } from '../../../../src/core/statistics/distributions/beta.ts'
import {
  chiSquareSf,
  normalCdf,
  normalQuantile,
  normalSf,
  tQuantile,
} from '../../../../src/core/statistics/distributions/distributions.ts'
import { logGamma } from '../../../../src/core/statistics/distributions/gamma.ts'
import { pairedBootstrap } from '../../../../src/core/statistics/intervals/bootstrap.ts'
import { holm } from '../../../../src/core/statistics/intervals/multiple-testing.ts'
import { delong } from '../../../../src/core/statistics/paired/delong.ts'
import { mcnemar } from '../../../../src/core/statistics/paired/mcnemar.ts'
import { nadeauBengio } from '../../../../src/core/statistics/paired/nadeau-bengio.ts'
import { pairedT } from '../../../../src/core/statistics/paired/paired-t.ts'
import { mulberry32 } from '../../../../src/core/statistics/random.ts'
import { sideFrom } from '../../metrics/samples.ts'
import { type Adapter, type Inputs, referenceCases } from './cases.ts'

export const inference: Record<string, Adapter> = {
  special: (inputs, outputs) => {
    if ('lgamma' in outputs) return { lgamma: inputs.x.map(logGamma) }
    if ('I' in outputs)
      return {
        I: inputs.x.map((x: number, i: number) => betaTails(x, 1 - x, inputs.a[i], inputs.b[i]).lower),
      }
    if ('cdf' in outputs) return { cdf: normalCdf(inputs.x), sf: normalSf(inputs.x) }
    if ('sf' in outputs) return { sf: inputs.x.map((x: number, i: number) => chiSquareSf(x, inputs.df[i])) }
    return { ppf: inputs.p?.map(normalQuantile) ?? inputs.df.map((df: number) => tQuantile(0.975, df)) }
  },

  prng: ({ seed, n, size }) => {
    const random = mulberry32(seed)
    const values = Array.from({ length: n }, random)
    return { values, indices: values.map(value => Math.floor(value * size)) }
  },

  mcnemar: inputs => {
    const test = mcnemar(countsFrom(inputs))
    return {
      exact_p: test.exactP,
      midp: test.midP,
      one_sided_exact_p_candidate_better: test.oneSidedP,
      acc_diff: test.difference,
      bonett_price_ci95: pair(test),
    }
  },

  delong: ({ y, champion_scores, candidate_scores }) => {
    const test = delong(
      Float64Array.from(y),
      Float64Array.from(champion_scores),
      Float64Array.from(candidate_scores),
    )
    return {
      auc_champion: test.aucChampion,
      auc_candidate: test.aucCandidate,
      var_champion: test.varianceChampion,
      var_candidate: test.varianceCandidate,
      cov: test.covariance,
      diff: test.difference,
      se_diff: test.se,
      z: test.z,
      p_two_sided: test.p,
      ci95: pair(test),
    }
  },

  paired_bootstrap: inputs => {
    if ('champion_scores' in inputs) return bootstrapAuc(inputs)
    return 'B' in inputs ? bootstrapAccuracy(inputs) : pairingGain()
  },

  multiple_testing: ({ p }) => ({
    holm: holm((p as number[]).map(one => ({ p: one }))).map(({ adjustedP }) => adjustedP),
  }),

  nadeau_bengio: ({ diffs, n_train, n_test }) => {
    const test = nadeauBengio(diffs, n_train, n_test)
    const uncorrected = pairedT(diffs)
    return {
      ...test,
      p_two_sided: test.p,
      p_one_sided_greater: test.t > 0 ? test.p / 2 : 1 - test.p / 2,
      t_uncorrected: uncorrected.t,
      p_uncorrected_two_sided: uncorrected.p,
      ci95: pair(test),
    }
  },
}

export function pair({ low, high }: { low: number; high: number }): [number, number] {
  return [low, high]
}

function countsFrom(inputs: Inputs) {
  return {
    bothCorrect: inputs.both_correct,
    championOnly: inputs.champion_only,
    candidateOnly: inputs.candidate_only,
    bothWrong: inputs.both_wrong,
  }
}

function bootstrapAccuracy({ y, champion, candidate, seed, B }: Inputs) {
  const gain = y.map(
    (label: number, i: number) => Number(candidate[i] === label) - Number(champion[i] === label),
  )
  const meanGain = (rows: Uint32Array) => rows.reduce((sum, row) => sum + gain[row], 0) / rows.length
  const test = pairedBootstrap({ rows: y.length, resamples: B, seed, statistic: meanGain })
  return {
    diff: meanGain(Uint32Array.from(y, (_, row) => row)),
    ci95_percentile: pair(test),
    mean: test.mean,
    se: test.se,
    p_le_0: test.pLessOrEqualZero,
  }
}

function bootstrapAuc({ y, champion_scores, candidate_scores, seed, B }: Inputs) {
  const auc = (scores: number[], rows: ArrayLike<number>) => {
    const [label, score] = [y, scores].map(values => Array.from(rows, row => values[row]))
    const value = computeMetric('roc_auc', sideFrom('binary', label!, { score }))
    return typeof value === 'number' ? value : undefined
  }
  const gain = (rows: ArrayLike<number>) => {
    const ours = auc(candidate_scores, rows)
    const theirs = auc(champion_scores, rows)
    return ours === undefined || theirs === undefined ? undefined : ours - theirs
  }
  const all = y.map((_: number, row: number) => row)
  const test = pairedBootstrap({ rows: y.length, resamples: B, seed, statistic: gain })
  return {
    auc_champion: auc(champion_scores, all),
    auc_candidate: auc(candidate_scores, all),
    diff: gain(all),
    ci95_percentile: pair(test),
    mean: test.mean,
    se: test.se,
    p_le_0: test.pLessOrEqualZero,
  }
}

/** Refers to the rows of another case. */
function pairingGain() {
  const { y, champion, candidate } = referenceCases.find(
    example => example.id === 'bootstrap-acc-mulberry',
  )!.inputs
  const counts = { bothCorrect: 0, championOnly: 0, candidateOnly: 0, bothWrong: 0 }
  for (const [row, label] of y.entries()) {
    if (champion[row] === label) counts[candidate[row] === label ? 'bothCorrect' : 'championOnly']++
    else counts[candidate[row] === label ? 'candidateOnly' : 'bothWrong']++
  }
  return { se_paired: mcnemar(counts).se }
}
