import { newcombe, wilson } from '../../../../src/core/statistics/intervals/proportions.ts'
import { confidenceSequence, msprt } from '../../../../src/core/statistics/traffic/always-valid.ts'
import { chiSquareFit, chiSquareIndependence } from '../../../../src/core/statistics/traffic/chi-square.ts'
import { shareEvidence } from '../../../../src/core/statistics/traffic/e-value.ts'
import {
  binCounts,
  populationStability,
  quantileEdges,
} from '../../../../src/core/statistics/traffic/population-stability.ts'
import { sampleRatio } from '../../../../src/core/statistics/traffic/sample-ratio.ts'
import type { Adapter, Inputs } from './cases.ts'
import { pair } from './inference.ts'

export const monitoring: Record<string, Adapter> = {
  psi: inputs => {
    if ('reference' in inputs) return stabilityOfValues(inputs)
    const test = populationStability(inputs.expected_counts, inputs.actual_counts, { addToCounts: 0 })
    return {
      psi: test.psi,
      scaled_chi2: test.scaledChiSquare,
      df: test.df,
      p_value: test.p,
      'critical_psi_alpha_0.01': test.critical,
    }
  },

  chi2: inputs => {
    if ('observed' in inputs) {
      const { chiSquare, df, p } = chiSquareFit(inputs.observed, inputs.expected)
      return { chi2: chiSquare, df, p }
    }
    const test = chiSquareIndependence(inputs.table)
    return {
      chi2: test.chiSquare,
      df: test.df,
      p: test.p,
      expected_min: test.leastExpected,
      G: test.g,
      G_p: test.gP,
      cramers_v: test.cramersV,
    }
  },

  proportion_ci: ({ successes, n, alpha }) => ({ wilson: pair(wilson(successes, n, 1 - alpha)) }),

  two_proportions: inputs => {
    const { canary, champion } = armsFrom(inputs)
    const test = newcombe(canary, champion)
    return { diff: test.difference, p_two_sided: test.p, newcombe_ci95: pair(test) }
  },

  sequential: inputs => {
    if ('tau' in inputs) return mixtureTest(inputs)
    return 'n_star' in inputs ? sequence(inputs) : evidence(inputs)
  },

  srm: ({ observed, shares }) => {
    const { chiSquare, p, mismatch } = sampleRatio(observed, shares)
    return { chi2: chiSquare, p, 'mismatch_at_0.001': mismatch }
  },
}

function armsFrom(inputs: Inputs) {
  return {
    canary: { successes: inputs.canary_successes, n: inputs.canary_n },
    champion: { successes: inputs.champion_successes, n: inputs.champion_n },
  }
}

function stabilityOfValues({ reference, current, quantile_bins }: Inputs) {
  const edges = quantileEdges(reference, quantile_bins)
  const expected = binCounts(reference, edges)
  const actual = binCounts(current, edges)
  return {
    inner_edges: edges,
    expected_counts: expected,
    actual_counts: actual,
    'psi_laplace_0.5': populationStability(expected, actual).psi,
  }
}

function mixtureTest(inputs: Inputs) {
  const test = msprt({ ...armsFrom(inputs), tau: inputs.tau, alpha: inputs.alpha })
  return {
    diff: test.difference,
    s2: test.variance,
    lambda: test.ratio,
    p_now: test.p,
    ci: pair(test.interval),
    fixed_z_ci: pair(test.fixed),
  }
}

function sequence(inputs: Inputs) {
  const { alpha, relative, n_star } = inputs
  const test = confidenceSequence({ ...armsFrom(inputs), alpha, relative, tunedFor: n_star })
  return {
    estimate: test.difference,
    se: test.se,
    rho: test.rho,
    ci: pair(test.interval),
    p: test.p,
    one_sided_lower: test.lower,
    one_sided_upper: test.upper,
  }
}

function evidence(inputs: Inputs) {
  const { canary_count, total, expected_share, prior_a, prior_b, alternative } = inputs
  const { logE, p } = shareEvidence({
    canary: canary_count,
    total,
    share: expected_share,
    prior: { a: prior_a, b: prior_b },
    alternative: alternative?.match(/below|above/)?.[0],
  })
  return { log_e: logE, p_now: p }
}
