import { variance } from '../../../../src/core/statistics/describe.ts'
import { twoProportionSize } from '../../../../src/core/statistics/intervals/power.ts'
import * as proportions from '../../../../src/core/statistics/intervals/proportions.ts'
import { confidenceSequence, msprt } from '../../../../src/core/statistics/traffic/always-valid.ts'
import {
  chiSquareFit,
  chiSquareIndependence,
  chiSquareYates,
} from '../../../../src/core/statistics/traffic/chi-square.ts'
import { distributionDistances } from '../../../../src/core/statistics/traffic/distances.ts'
import { shareEvidence } from '../../../../src/core/statistics/traffic/e-value.ts'
import { fisherExact } from '../../../../src/core/statistics/traffic/fisher-exact.ts'
import {
  ksAsymptoticP,
  ksExactP,
  ksLimitP,
  ksStephensP,
  ksTwoSample,
} from '../../../../src/core/statistics/traffic/kolmogorov-smirnov.ts'
import { pageHinkley } from '../../../../src/core/statistics/traffic/page-hinkley.ts'
import {
  binCounts,
  flooredStability,
  populationStability,
  quantileEdges,
} from '../../../../src/core/statistics/traffic/population-stability.ts'
import { sampleRatio } from '../../../../src/core/statistics/traffic/sample-ratio.ts'
import {
  miettinenNurminen,
  nonInferiority,
  twoProportions,
} from '../../../../src/core/statistics/traffic/two-proportions.ts'
import { normedWasserstein, sampleDistances } from '../../../../src/core/statistics/traffic/wasserstein.ts'
import type { Adapter, Inputs } from './cases.ts'
import { pair } from './inference.ts'

export const monitoring: Record<string, Adapter> = {
  ks: ({ x, y }) => {
    const { statistic, effectiveSize } = ksTwoSample(x, y)
    return {
      D: statistic,
      p_exact: ksExactP(statistic, x.length, y.length),
      p_asymp_scipy: ksAsymptoticP(statistic, x.length, y.length),
      p_kolmogorov_limit: ksLimitP(statistic, x.length, y.length),
      p_stephens: ksStephensP(statistic, x.length, y.length),
      effective_n: effectiveSize,
    }
  },

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

  distances: ({ p, q }) => {
    const distances = distributionDistances(p, q)
    return {
      js_distance_base2: distances.jensenShannonDistance,
      js_divergence_base2: distances.jensenShannonDivergence,
      js_distance_base_e: distances.jensenShannonDistanceNatural,
      hellinger: distances.hellinger,
      tvd: distances.totalVariation,
      l_infinity: distances.largestDifference,
    }
  },

  chi2: inputs => {
    if ('observed' in inputs) {
      const { chiSquare, df, p } = chiSquareFit(inputs.observed, inputs.expected)
      return { chi2: chiSquare, df, p }
    }
    const test = chiSquareIndependence(inputs.table)
    const square = inputs.table.length === 2 && inputs.table[0].length === 2
    const yates = square ? chiSquareYates(inputs.table) : undefined
    return {
      chi2: test.chiSquare,
      df: test.df,
      p: test.p,
      expected_min: test.leastExpected,
      G: test.g,
      G_p: test.gP,
      cramers_v: test.cramersV,
      chi2_yates: yates?.chiSquare,
      p_yates: yates?.p,
      fisher_p: square ? fisherExact(inputs.table).p : undefined,
    }
  },

  wasserstein: ({ x, y, wx, wy }) => ({
    ...sampleDistances({ values: x, weights: wx }, { values: y, weights: wy }),
    ref_std_ddof0: Math.sqrt(variance(x, 0)),
    normed: normedWasserstein(x, y),
  }),

  proportion_ci: ({ successes, n, alpha }) => ({
    wilson: pair(proportions.wilson(successes, n, 1 - alpha)),
    clopper_pearson: pair(proportions.clopperPearson(successes, n, 1 - alpha)),
    agresti_coull: pair(proportions.agrestiCoull(successes, n, 1 - alpha)),
    jeffreys: pair(proportions.jeffreys(successes, n, 1 - alpha)),
  }),

  two_proportions: (inputs, outputs) => {
    const { canary, champion } = armsFrom(inputs)
    const test = twoProportions(canary, champion)
    const margin = nonInferiority(canary, champion, outputs.noninferiority_margin)
    return {
      diff: test.difference,
      z_pooled: test.zPooled,
      p_two_sided: test.p,
      p_larger: test.pLarger,
      z_unpooled: test.zUnpooled,
      newcombe_ci95: pair(test.newcombe),
      // statsmodels departs from the paper here; the paper's own numbers are tested in two-proportions.test.ts.
      miettinen_nurminen_ci95: pair(miettinenNurminen(canary, champion, 0.95, true)),
      wald_ci95: pair(test.wald),
      noninferiority_margin: outputs.noninferiority_margin,
      z_noninferiority_unpooled: margin.z,
      p_noninferiority: margin.p,
    }
  },

  power: ({ p_canary, p_champion, alpha, power, champion_per_canary }) => {
    const size = twoProportionSize({
      canary: p_canary,
      champion: p_champion,
      level: 1 - alpha,
      power,
      championPerCanary: champion_per_canary,
    })
    return { n_canary: size.canary, n_champion: size.champion }
  },

  sequential: inputs => {
    if ('tau' in inputs) return mixtureTest(inputs)
    return 'n_star' in inputs ? sequence(inputs) : evidence(inputs)
  },

  srm: ({ observed, shares }) => {
    const { chiSquare, p, mismatch } = sampleRatio(observed, shares)
    return { chi2: chiSquare, p, 'mismatch_at_0.001': mismatch }
  },

  online: ({ stream, delta, threshold, alpha, min_instances }) => ({
    alarms: pageHinkley(valuesFrom(stream), { delta, threshold, alpha, minInstances: min_instances }),
  }),
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
    'psi_floor_1e-4': flooredStability(expected, actual),
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

/** Numbers, or words such as `500 x 0.1 then 500 x 0.6`. */
function valuesFrom(stream: number[] | string): number[] {
  if (typeof stream !== 'string') return stream
  return stream.split(' then ').flatMap(part => {
    const [count, value] = part.split(' x ').map(Number)
    return new Array<number>(count!).fill(value!)
  })
}
