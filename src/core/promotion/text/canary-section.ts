import type { CanaryAtWeight, CanaryFile } from '../../release/canary-file.ts'
import type { ForgeDialect } from '../../report/words/dialect.ts'
import { code, inline } from '../../report/words/escape.ts'
import { count, formatNumber } from '../../text/numbers.ts'
import { howLong, howLongWords, neededWords, type TrafficThereIs } from '../../traffic/canary/how-long.ts'
import { rulesOf } from '../../traffic/canary/rules.ts'
import { atWeight, type CanaryMove, entryShare } from '../canary/canary-plan.ts'
import { askedWords, promisedWords, type WayBack } from '../canary/way-back.ts'
import { evidenceWords, hadWords, takenBackWords } from '../canary/words.ts'
import { box } from './body-sections.ts'
import { experimentSection } from './experiment-section.ts'
import { slicesLine } from './slices-line.ts'
import { meshWords, splitWords } from './split-words.ts'
import type { PromotionText } from './text.ts'

/** The step of a canary: which one, what it rests on, and what follows. Empty where a release gets all of the traffic at once. */
export function canarySection(
  { canary, from, to, environment, noSlices }: PromotionText,
  dialect: ForgeDialect,
): string {
  if (!canary) return ''
  const file = 'file' in canary ? canary.file : canary.from
  if (file.decide) {
    const first = canary.step === 'start' ? onlyProposed(canary.wayBack, dialect) : []
    return [
      ...first,
      experimentSection(
        canary,
        file,
        { from, to, environment, ...(noSlices !== undefined && { noSlices }) },
        dialect,
      ),
    ].join('\n')
  }
  const challenger = code(to.version)
  const champion = from ? code(from.version) : 'what serves'
  switch (canary.step) {
    case 'start':
      return [
        ...onlyProposed(canary.wayBack, dialect),
        `**Canary**: ${challenger} is tried in ${inline(environment)} beside ${champion}, which keeps the rest of the traffic and stays the release of the record.`,
        ...rules(canary.file, canary.wayBack),
        ...slicesLine(canary.file, noSlices),
        howLongLine(atWeight(canary.file, entryShare(canary.file))),
      ].join('\n')
    case 'advance':
      return [
        ...unproved(canary, dialect),
        ...onlyProposed(canary.wayBack, dialect),
        `**Canary**: ${challenger} gets ${canary.file.weight} % in place of ${before(canary.file)} %; ${champion} keeps the rest.`,
        `- **Evidence**: ${inline(evidenceWords(canary.evidence), 700)}`,
        ...rules(canary.file, canary.wayBack),
        ...slicesLine(canary.file, noSlices),
        howLongLine(canary.file, canary.evidence.traffic),
      ].join('\n')
    case 'promote':
      return [
        ...unproved(canary, dialect),
        `**Canary**: it is over; ${challenger} ${hadWords(canary.from)}.`,
        `- **Evidence**: ${inline(evidenceWords(canary.evidence), 700)}`,
      ].join('\n')
    case 'take_back':
      return box(
        'WARNING',
        `${challenger} ${hadWords(canary.from)}, and is taken back: ${inline(takenBackWords(canary.because, canary.evidence), 700)}. It is not proposed here again.`,
        dialect,
      )
  }
}

// --- internal ---

/** What nobody has shown is said before anything else. */
function unproved(
  move: Extract<CanaryMove, { step: 'advance' | 'promote' }>,
  dialect: ForgeDialect,
): string[] {
  if (!move.withoutVerdict) return []
  const isMoved = move.step === 'promote' && move.from.moved_by !== undefined
  const words = isMoved
    ? 'Its controller has given it all of the traffic. What each step was passed by stands in the AnalysisRuns of the cluster: no verdict is repeated here.'
    : 'Promoted without a verdict: nothing was shown by the horizon, and the rules say to go on.'
  return [`${box('IMPORTANT', words, dialect)}\n`]
}

/** A promise that cannot be kept is taken back before anybody relies on it. */
function onlyProposed(wayBack: WayBack | undefined, dialect: ForgeDialect): string[] {
  if (wayBack?.kind !== 'asked') return []
  const words = `Harm is only proposed: the rules of ${code(wayBack.branch)} ask for ${inline(askedWords(wayBack), 300)}, and so \`on_harm: merge\` cannot be kept without somebody. Let Assay's account pass them, or be there when it harms.`
  return [`${box('IMPORTANT', words, dialect)}\n`]
}

function before({ steps, weight }: CanaryAtWeight): number {
  return steps[steps.indexOf(weight) - 1] ?? 0
}

function rules(file: CanaryFile, wayBack: WayBack | undefined): string[] {
  const { steps, weight, unit, sticky, conversion, guardrails, horizon } = file
  const split = splitWords({ unit, sticky })
  const judged = [
    `the share of ${unit}s with the outcome ${code(conversion.outcome)} within ${conversion.within} of the first contact, not worse by more than ${formatNumber(conversion.margin)}`,
    ...(guardrails.length > 0 ? [`no harm in ${guardrails.map(name => code(name)).join(', ')}`] : []),
    ...slowWords(file),
    ...meshWords(file),
  ]
  return [
    `- **Steps**: ${steps.map(step => (step === weight ? `**${step} %**` : `${step} %`)).join(', ')}, all; ${weight === undefined ? MOVED : `step ${steps.indexOf(weight) + 1} of ${count(steps.length, 'step')}`}, split ${split}.`,
    `- **Judged by**: ${judged.join('; ')}. A step takes ${file.for} or more.`,
    `- **Where harm is shown**: it is taken back${promisedWords(file, wayBack)}.`,
    `- **Where nothing is shown after ${horizon}**: ${INCONCLUSIVE[file.on_inconclusive]}.`,
  ]
}

/** Which answers are slow, and who says so. */
function slowWords({ latency_ms: slow, latency_from: from }: CanaryFile): string[] {
  if (slow === undefined) return []
  const why = from
    ? `: of ${count(from.answers, 'answer')} of ${code(from.release)} within a day, 99 of 100 took no longer`
    : ''
  return [`an answer is slow that takes longer than ${formatNumber(slow)} ms${why}`]
}

/** At the traffic that the step before has counted; where none has, what it takes. */
function howLongLine(file: CanaryAtWeight, traffic?: TrafficThereIs): string {
  const judged = rulesOf('', file)
  const words = traffic ? howLongWords(judged, howLong(judged, traffic)) : neededWords(judged, file.unit)
  return `- **How long**: ${words}`
}

const MOVED = 'its controller takes them, by the verdict that it asks for'

const INCONCLUSIVE = {
  hold: 'it stays as it is until somebody decides',
  promote: 'the next step comes without a verdict',
  rollback: 'it is taken back',
}
