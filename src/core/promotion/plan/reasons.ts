import { maskPersonalData } from '../../secrets/secrets.ts'
import { overWords } from '../../text/instant-words.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import type { Staying } from '../canary/canary-plan.ts'
import { stayingWords } from '../canary/words.ts'
import type { Health } from './facts.ts'
import { type Standing, standingWords } from './standing.ts'

/** Why a release does not enter an environment. Instants are in milliseconds. */
export type Reason =
  | { kind: 'rejected'; number: number }
  | { kind: 'rollback'; reason: string; by: string }
  /** Somebody holds it; `proposed`: the hold is not merged yet, and holds already. */
  | { kind: 'held'; reason: string; by: string; proposed?: { number?: number } }
  /** From a repository that may not release the model; `because`: what says which may. */
  | {
      kind: 'origin'
      repository: string
      allowed: readonly string[]
      because: 'configured' | 'serving' | 'proposed'
    }
  | { kind: 'verdict'; verdict: string; allowed: readonly string[] }
  | { kind: 'registry'; image: string; allowed: readonly string[] }
  | { kind: 'no_image' }
  /** `file`: one that must not be loaded; absent: its record tells of none. */
  | { kind: 'not_scanned'; file?: string }
  /** The files that were scanned may be loaded, and nobody knows whether they are those in the image. */
  | { kind: 'image_not_scanned' }
  /** By the key that the environment names. */
  | { kind: 'not_signed'; why: string }
  /** Nobody can tell whether it is signed: that is not signed, for now. */
  | { kind: 'signature_unknown'; why: string }
  /** A web service says something else than the condition of this name asks for. */
  | { kind: 'answer'; name: string; why: string }
  /** Nobody can tell what it says: that is no yes, for now. */
  | { kind: 'answer_unknown'; name: string; why: string }
  | { kind: 'rolled_back'; environment: string }
  /** With the version that is there in its place; `was`: it had been there before. */
  | { kind: 'not_live'; environment: string; was: boolean; there?: string }
  | { kind: 'unhealthy'; environment: string; health: Health; why?: string }
  | { kind: 'soak'; environment: string; until: number }
  /** What serves there is not what its record says, or nobody can tell. */
  | { kind: 'not_recorded'; environment: string; standing: Standing }
  | { kind: 'freeze'; until?: number; reason?: string }
  /** It was tried here, and taken away again. */
  | { kind: 'taken_back' }
  /** Another release is being tried here. */
  | { kind: 'canary'; version: string; weight?: number }
  /** Its own canary stays where it is. */
  | { kind: 'canary_stays'; weight?: number; why: Staying }
  /** Its canary cannot begin: nobody can tell which answers are slow. */
  | { kind: 'canary_slow'; why: string }
  /** Nobody can tell what is tried here. */
  | { kind: 'canary_unreadable'; why: string }

/** Whether time alone, or the release becoming healthy, can end it. */
export function passes({ kind }: Reason): boolean {
  return PASSING.has(kind)
}

/** One plain line, e.g. `soak in staging until 2026-05-20 16:00 UTC`. Text from outside is made visible, personal data in it masked; escape it for Markdown. */
export function reasonWords(reason: Reason): string {
  switch (reason.kind) {
    case 'rejected':
      return `its promotion, pull request ${reason.number}, was closed unmerged`
    case 'rollback':
      return `held since a rollback by ${plain(reason.by)}: ${plain(reason.reason)}`
    case 'held':
      return `held by ${plain(reason.by)}: ${plain(reason.reason)}${proposedWords(reason.proposed)}`
    case 'origin':
      return `refused: released by ${plain(reason.repository)}, and only ${reason.allowed.map(plain).join(' or ')} may (${BECAUSE[reason.because]})`
    case 'verdict':
      return `verdict ${reason.verdict.replace('_', ' ')}, needed: ${reason.allowed.map(one => one.replace('_', ' ')).join(' or ')}`
    case 'registry':
      return `image ${plain(reason.image)} is not from ${reason.allowed.map(plain).join(' or ')}`
    case 'no_image':
      return 'no image, and images are to come from named registries'
    case 'not_scanned':
      return reason.file === undefined
        ? 'its record tells of no scan, and models are to be scanned: name their files in `scan` of assay.yml'
        : `its file ${plain(reason.file)} must not be loaded, and models are to be scanned`
    case 'image_not_scanned':
      return 'its image was not made by Assay of the files that were scanned, and models are to be: `package.files` in assay.yml does that'
    case 'not_signed':
      return `not signed as \`policy\` asks: ${plain(reason.why)}`
    case 'signature_unknown':
      return `nobody can tell whether it is signed: ${plain(reason.why)}`
    case 'answer':
      return `${reason.name}: ${plain(reason.why)}`
    case 'answer_unknown':
      return `${reason.name}: nobody can tell: ${plain(reason.why)}`
    case 'rolled_back':
      return `was rolled back in ${reason.environment}`
    case 'not_live':
      return notLiveWords(reason)
    case 'unhealthy':
      return `${HEALTH_WORDS[reason.health]} in ${reason.environment}${reason.why === undefined ? '' : `: ${shortened(visible(reason.why), 300)}`}`
    case 'soak':
      return `soak in ${reason.environment} until ${overWords(reason.until)}`
    case 'not_recorded':
      return `in ${reason.environment} ${standingWords(reason.standing)}`
    case 'freeze':
      return `freeze${reason.reason === undefined ? '' : ` (${plain(reason.reason)})`}${reason.until === undefined ? ' without an end' : ` until ${overWords(reason.until)}`}`
    case 'taken_back':
      return 'was tried here and taken back'
    case 'canary':
      return `${plain(reason.version)} is tried here${reason.weight === undefined ? '' : ` with ${reason.weight} % of the traffic`}`
    case 'canary_stays':
      return `${reason.weight === undefined ? 'is tried here' : `gets ${reason.weight} % of the traffic`}: ${stayingWords(reason.why)}`
    case 'canary_slow':
      return `its canary cannot begin: what the guardrail \`latency\` calls slow is taken from the answers of what serves, and ${plain(reason.why)}; say \`latency_ms\` in its place, or wait`
    case 'canary_unreadable':
      return `what is tried here is not known: ${plain(reason.why)}`
  }
}

/** Whether nobody may let it in, by any wait: it is not a release of this model. */
export function refuses({ kind }: Reason): boolean {
  return kind === 'origin'
}

// --- internal ---

const PASSING = new Set<Reason['kind']>([
  'soak',
  'unhealthy',
  'not_live',
  'not_recorded',
  'freeze',
  'canary',
  'canary_stays',
  'canary_slow',
  'signature_unknown',
  'answer',
  'answer_unknown',
])

const BECAUSE = {
  configured: '`from` in assay-deploy.yml',
  serving: 'what serves is from there; `from` in assay-deploy.yml says otherwise',
  proposed: 'its first release is proposed from there',
}

const HEALTH_WORDS: Record<Health, string> = {
  healthy: 'healthy',
  progressing: 'not healthy yet',
  degraded: 'degraded',
  unknown: 'health not known',
  not_watched: 'not watched',
}

function proposedWords(proposed: { number?: number } | undefined): string {
  if (!proposed) return ''
  return proposed.number === undefined
    ? ' (its branch is not merged yet)'
    : ` (pull request ${proposed.number}, not merged yet)`
}

function notLiveWords({ environment, was, there }: Extract<Reason, { kind: 'not_live' }>): string {
  if (was)
    return `no longer in ${environment}${there === undefined ? '' : ` (release ${plain(there)} is there)`}`
  return there === undefined
    ? `not in ${environment} yet`
    : `not in ${environment} (the newer release ${plain(there)} is there)`
}

function plain(text: string): string {
  return shortened(visible(maskPersonalData(text)), 200)
}
