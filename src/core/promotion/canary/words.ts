import type { CanaryFile } from '../../release/canary-file.ts'
import { VERDICT_WORDS } from '../../report/words/words.ts'
import { overWords } from '../../text/instant-words.ts'
import type { Evidence, Staying, TakenBack } from './canary-plan.ts'

/** A canary in words. Text from outside in them is visible and short; escape it for Markdown. */

/** Why it stays as it is, to follow a colon. */
export function stayingWords(why: Staying): string {
  const { kind, evidence } = why
  switch (kind) {
    case 'step':
      return `${evidenceWords(evidence)}; the step ends no sooner than ${overWords(why.until)}`
    case 'evidence':
      return `${evidenceWords(evidence)}; it is waited for until ${overWords(why.until)}`
    case 'over':
      return `${evidenceWords(evidence)}; nothing was shown until ${overWords(why.since)}, and somebody is to decide`
    case 'experiment':
      return `${evidenceWords(evidence)}; the experiment goes on until ${overWords(why.until)}`
    case 'unknown':
      return evidenceWords(evidence)
    case 'controller':
      return `${evidenceWords(evidence)}; its controller takes the next step`
    case 'not_comparable':
      return `${evidenceWords(evidence)}; somebody is to look at it, and ${overWords(why.until)} it is taken back`
  }
}

/** Why it is taken back, to follow a colon. */
export function takenBackWords(because: TakenBack, evidence: Evidence): string {
  switch (because) {
    case 'harm':
      return `harm was shown: ${evidenceWords(evidence)}`
    case 'inconclusive':
    case 'unknown':
      return `nothing was shown until the horizon: ${evidenceWords(evidence)}`
    case 'not_comparable':
      return `the two could not be compared for two horizons: ${evidenceWords(evidence)}`
    case 'aborted':
      return `its controller gave the traffic back: ${evidenceWords(evidence)}`
    case 'champion_newer':
      return 'what serves is not older'
    case 'lost':
      return `it lost its experiment: ${evidenceWords(evidence)}`
    case 'measured':
      return `its experiment is over: ${evidenceWords(evidence)}`
  }
}

/** What a promotion is about, with what becomes of the traffic: `2026-05-02-bbb with 5 % of the traffic`. */
export function subjectWords(version: string, step: number | 'back' | undefined): string {
  if (step === 'back') return `taking ${version} back`
  return step === undefined ? version : `${version} with ${step} % of the traffic`
}

/** `5 % of the traffic`, `5, then 25 % of the traffic`: what a canary's file gives its challenger. */
export function shareWords({ weight, steps }: CanaryFile): string {
  return `${weight ?? steps.join(', then ')} % of the traffic`
}

/** `had 5 % of the traffic`: up to now. */
export function hadWords({ weight }: { weight?: number | undefined }): string {
  return weight === undefined ? 'had what its controller gave it' : `had ${weight} % of the traffic`
}

/** `pass: conversion 6.1 % against 6.0 %` */
export function evidenceWords({ verdict, reason }: Evidence): string {
  return verdict === 'unknown' ? reason : `${VERDICT_WORDS[verdict]}: ${reason}`
}
