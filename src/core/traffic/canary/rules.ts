import { spanSeconds } from '../../deploy-config/canary.ts'
import type { CanaryAtWeight } from '../../release/canary-file.ts'
import { canaryKey } from './key.ts'
import type { CanaryRules } from './verdict.ts'

/** What a canary in progress is judged by. @param champion version of the release of the record beside it */
export function rulesOf(champion: string, canary: CanaryAtWeight): CanaryRules {
  const { challenger, weight, unit, sticky, conversion, horizon, guardrails, mesh, decide } = canary
  const { latency_ms: slow } = canary
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
    ...(mesh && {
      mesh: {
        series: mesh.series,
        arms: {
          champion: { version: champion, labels: mesh.champion },
          challenger: { version: challenger.version, labels: mesh.challenger },
        },
        ...(slow !== undefined && { slow }),
      },
    }),
    ...(decide !== undefined && { twoSided: true }),
  }
}
