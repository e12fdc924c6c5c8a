import { spanSeconds } from '../../deploy-config/canary.ts'
import type { CanaryAtWeight } from '../../release/canary-file.ts'
import { canaryKey } from './key.ts'
import type { CanaryRules } from './verdict.ts'

/** What a canary in progress is judged by. @param champion version of the release of the record beside it */
export function rulesOf(champion: string, canary: CanaryAtWeight): CanaryRules {
  const { challenger, weight, unit, sticky, conversion, horizon, guardrails, decide } = canary
  return {
    key: canaryKey({ champion: { version: champion }, challenger, weight }),
    weight,
    unit,
    sticky: sticky !== 'none',
    conversion: {
      outcome: conversion.outcome,
      within: spanSeconds(conversion.within) * 1000,
      margin: conversion.margin,
    },
    horizon: spanSeconds(horizon) * 1000,
    guardrails,
    ...(decide !== undefined && { twoSided: true }),
  }
}
