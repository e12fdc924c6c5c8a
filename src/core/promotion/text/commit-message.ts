import { ageOf, compareAge, type ReleaseAge, releaseKey } from '../../release/record.ts'
import { BREAK } from '../../report/words/escape.ts'
import { VERDICT_WORDS } from '../../report/words/words.ts'
import { ENVIRONMENT_NAME, MODEL_NAME, VERSION_NAME } from '../../text/names.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import type { Verdict } from '../../verdict/result.ts'
import { shareOf, TAKEN_BACK, type TakenBack } from '../canary/canary-plan.ts'
import { renderPromotionTitle } from './body.ts'
import { verdictOf } from './body-sections.ts'
import type { PromotionText } from './text.ts'

/** Who made the commit of the model repository, where that is known: shown by Argo CD beside what it deploys. */
export interface ReferenceCommit {
  /** `Ada Lovelace <ada@example.com>`; anything else is left out. */
  author?: string
}

/**
 * The message of a promotion's commit: what enters where, and the lineage as trailers, one fact a line. The
 * `Argocd-reference-commit-*` ones are those that Argo CD reads to link what it deploys to the commit of the model.
 * https://argo-cd.readthedocs.io/en/stable/user-guide/source-hydrator/
 */
export function renderCommitMessage(text: PromotionText, { author }: ReferenceCommit = {}): string {
  const { environment, from, to, kind, reason, canary } = text
  const step = canary && shareOf(canary)
  const verdict = verdictOf(text)
  const trailers: [string, string | undefined][] = [
    ['Assay-Model', to.model],
    ['Assay-Environment', environment],
    ['Assay-Kind', kind],
    ['Assay-Canary', step === undefined ? undefined : String(step)],
    ['Assay-Canary-Because', canary?.step === 'take_back' ? canary.because : undefined],
    ['Assay-Release', to.version],
    ['Assay-Release-Key', releaseKey(to)],
    ['Assay-Release-Created', to.created],
    ['Assay-Replaces', from?.version],
    [
      'Assay-Verdict',
      kind === 'rollback' ? undefined : verdict === undefined ? 'not weighed' : VERDICT_WORDS[verdict],
    ],
    ['Assay-Image', to.image && `${to.image.name}@${to.image.digest}`],
    ['Assay-Model-Uri', to.uri],
    ...(to.data ?? []).slice(0, 20).map((line): [string, string] => ['Assay-Data', line]),
    ['Assay-Test-Set', to.test_set?.hash],
    ['Assay-Run', to.run],
    ['Assay-Rollback-Reason', kind === 'rollback' ? reason : undefined],
    ['Argocd-reference-commit-repourl', to.repository],
    ['Argocd-reference-commit-sha', to.commit],
    ['Argocd-reference-commit-author', author !== undefined && AUTHOR.test(author) ? author : undefined],
    ['Argocd-reference-commit-subject', to.subject],
    ['Argocd-reference-commit-date', to.committed],
  ]
  const lines = trailers.flatMap(([name, value]) => {
    const line = value === undefined ? '' : inert(value, name).trim()
    return line === '' ? [] : [`${name}: ${line}`]
  })
  return `${renderPromotionTitle(text)}\n\n${lines.join('\n')}\n`
}

/** What the message of a promotion's commit says of its release. */
interface CommittedRelease extends ReleaseAge {
  kind: PromotionText['kind']
  environment: string
  model: string
  /** Version of what served there when it was proposed; absent where nothing did. */
  replaces?: string
  /** The verdict against what served there; absent where it was not weighed against that. */
  verdict?: Verdict
  /** Of a canary: the percent of the traffic that the release is to get, or `back` where it is to get none any more. */
  step?: number | 'back'
  /** Why a release that was tried is taken back. */
  because?: TakenBack
}

/**
 * Whether a promotion may take the place of the one whose commit has this message: the same release again, or a newer one. A
 * rollback may always; nothing but a rollback takes the place of a rollback. A message that is none of ours: never.
 * `withdrawn` is the key of a release that may not enter any more: an older one may take its place.
 *
 * Trust it only where the commit is known to be ours.
 */
export function mayReplace(text: PromotionText, message: string, withdrawn?: string): boolean {
  const there = parseCommitMessage(message)
  if (!there || there.environment !== text.environment || there.model !== text.to.model) return false
  if (text.kind === 'rollback') return true
  if (there.kind === 'rollback') return false
  if (releaseKey(text.to) === there.key || there.key === withdrawn) return true
  return compareAge(ageOf(text.to), there) > 0
}

/** By the exact grammar of the trailers, each of which stands once. */
export function parseCommitMessage(message: string): CommittedRelease | undefined {
  const value = (name: string, pattern: RegExp) => {
    const found = message.split('\n').filter(line => line.startsWith(`${name}: `))
    const [text = ''] = found.map(line => line.slice(name.length + 2))
    return found.length === 1 && pattern.test(text) ? text : undefined
  }
  const kind = value('Assay-Kind', /^(promotion|rollback)$/) as PromotionText['kind'] | undefined
  const environment = value('Assay-Environment', ENVIRONMENT_NAME)
  const model = value('Assay-Model', MODEL_NAME)
  const key = value('Assay-Release-Key', /^[0-9a-f]{32}$/)
  const created = value('Assay-Release-Created', INSTANT)
  const committed = value('Argocd-reference-commit-date', INSTANT)
  if (!kind || !environment || !model || !key || !created || !committed) return undefined
  const replaces = value('Assay-Replaces', VERSION_NAME)
  const words = value('Assay-Verdict', /^/)
  const verdict = VERDICTS.find(one => VERDICT_WORDS[one] === words)
  const step = value('Assay-Canary', /^(back|[1-9]\d?)$/)
  const because = TAKEN_BACK.find(one => one === value('Assay-Canary-Because', /^/))
  return {
    ...{ kind, environment, model, key, created, committed },
    ...(replaces !== undefined && { replaces }),
    ...(verdict && { verdict }),
    ...(step !== undefined && { step: step === 'back' ? step : Number(step) }),
    ...(because && { because }),
  }
}

// --- internal ---

const VERDICTS: Verdict[] = ['pass', 'fail', 'inconclusive', 'not_comparable']
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z$/

const AUTHOR = /^[\p{L}\p{N} .,'-]{1,100} <[^<>\s@]{1,100}@[A-Za-z0-9.-]{1,100}>$/u
/** Values by a grammar of ours: nothing in them means anything to a forge, and programs read them. */
const EXACT = new Set(['Created', 'Key', 'repourl', 'sha', 'author', 'date', 'Image', 'Uri', 'Run'])

/** One line that closes no issue, mentions nobody and stops no pipeline of the deploy repository. */
function inert(value: string, name: string): string {
  if (EXACT.has(name.split('-').at(-1)!)) return value
  return shortened(visible(value), 300)
    .replace(/[@#!](?=\w)/g, mark => `${mark}${BREAK}`)
    .replace(/(GH-)(?=\d)/gi, `$1${BREAK}`)
    .replace(/\[(?=[\w -]*(?:ci|skip|actions))/gi, `[${BREAK}`)
    .replace(/(\*{3})(?=NO_CI)/gi, `$1${BREAK}`)
}
