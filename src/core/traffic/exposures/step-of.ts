import { spanSeconds } from '../../deploy-config/canary.ts'
import { countedIn } from '../../deploy-config/mesh.ts'
import type { CanaryAtWeight } from '../../release/canary-file.ts'
import { canaryKey } from '../canary/key.ts'
import type { CanaryStep } from './step.ts'

/** What is to be counted of a canary in progress. @param champion version of the release of the record beside it */
export function stepOf(champion: string, canary: CanaryAtWeight): CanaryStep {
  const { challenger, weight, steps, unit, conversion, latency_ms: slow, slices } = canary
  const guardrails = countedIn(canary).events
  return {
    model: challenger.model,
    key: canaryKey({ champion: { version: champion }, challenger, weight }),
    champion,
    challenger: challenger.version,
    unit,
    isFirst: weight === steps[0],
    outcome: conversion.outcome,
    within: spanSeconds(conversion.within) * 1000,
    guardrails,
    ...(slow !== undefined && guardrails.includes('latency') && { slow }),
    ...(slices !== undefined && { slices }),
  }
}
