import { canCount, GUARDRAILS } from '../../deploy-config/guardrails.ts'
import { rateEvidence } from '../../statistics/traffic/rate-evidence.ts'
import { type CanaryCounts, meshOf, triedBy } from './counts.ts'
import { whyOfOthers } from './unmeasured.ts'
import type { CanaryMetric, CanaryRules, HarmEvidence, Rate } from './verdict.ts'

/** How often a challenger that does no harm is taken back in all, however often one looks, at most. */
export const HARM_ALPHA = 0.05

/**
 * Of the 5 % with which an experiment may say the wrong one of two converts better, a fifth is for harm that is to be found long before
 * its end; the interval of the difference has the rest.
 */
const EXPERIMENT_ALPHA = { harm: 0.01, difference: 0.04 } as const

/** What part of it is whose: conversion has half, the guardrails share the rest; alone it has all. In an experiment it has a fifth. */
export function alphaOf(
  metric: CanaryMetric,
  { guardrails, twoSided }: Pick<CanaryRules, 'guardrails' | 'twoSided'>,
): number {
  const { harm } = EXPERIMENT_ALPHA
  if (twoSided) return metric === 'conversion' ? harm : (HARM_ALPHA - harm) / guardrails.length
  if (guardrails.length === 0) return HARM_ALPHA
  return metric === 'conversion' ? HARM_ALPHA / 2 : HARM_ALPHA / 2 / guardrails.length
}

/** How often the interval of the difference leaves out the true one, at all looks together, at most. */
export function differenceAlpha({ twoSided }: Pick<CanaryRules, 'twoSided'>): number {
  return twoSided ? EXPERIMENT_ALPHA.difference : 0.05
}

/** Evidence of harm in each metric; those without a unit are left out, and those of a mesh that are not of the two arms' requests. */
export function harmEvidence(counts: CanaryCounts, rules: CanaryRules): HarmEvidence[] {
  const metrics: CanaryMetric[] = ['conversion', ...rules.guardrails]
  return metrics.flatMap(metric => {
    const by = rules.mesh && metric !== 'conversion' && canCount('mesh', metric) ? metric : undefined
    const mesh = meshOf(counts)
    if (by && mesh && whyOfOthers(mesh, by, rules) !== undefined) return []
    const of = (which: 'challenger' | 'champion') =>
      by ? (mesh?.[which][by] ?? NONE) : rateOf(counts, which, metric)
    const [challenger, champion] = [of('challenger'), of('champion')]
    if (challenger.units === 0 || champion.units === 0) return []
    const { logE } = rateEvidence({
      canary: { successes: challenger.events, n: challenger.units },
      champion: { successes: champion.events, n: champion.units },
      share: rules.weight / 100,
      harm: metric === 'conversion' ? 'fewer' : GUARDRAILS[metric].harm,
    })
    const e = Math.exp(Math.min(logE, MOST_LOG))
    return [{ metric, challenger, champion, e, limit: 1 / alphaOf(metric, rules) }]
  })
}

/** Units of an arm with the event of a metric, by what events tell. */
export function rateOf({ arms }: CanaryCounts, which: 'challenger' | 'champion', metric: CanaryMetric): Rate {
  const arm = arms[which]
  if (metric === 'conversion') return { events: arm.converted, units: arm.matured }
  return { events: arm.harmed.get(metric) ?? 0, units: triedBy(arm, metric) }
}

// --- internal ---

const NONE: Rate = { events: 0, units: 0 }

/** Beyond any limit, and still a number that JSON has. */
const MOST_LOG = 700
