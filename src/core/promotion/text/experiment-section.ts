import type { CanaryAtWeight, CanaryFile } from '../../release/canary-file.ts'
import type { ForgeDialect } from '../../report/words/dialect.ts'
import { code, inline } from '../../report/words/escape.ts'
import { formatNumber } from '../../text/numbers.ts'
import { foundWords, toFindWords } from '../../traffic/canary/findable.ts'
import {
  atWeight,
  type CanaryMove,
  type Evidence,
  entryShare,
  type TakenBack,
} from '../canary/canary-plan.ts'
import { promisedWords } from '../canary/way-back.ts'
import { evidenceWords } from '../canary/words.ts'
import { box } from './body-sections.ts'
import { slicesLine } from './slices-line.ts'
import { meshWords, splitWords } from './split-words.ts'
import type { PromotionText } from './text.ts'

/** An experiment: what it is at its start, and what it came to at its end. */
export function experimentSection(
  move: CanaryMove,
  given: CanaryFile,
  { from, to, environment, noSlices }: Pick<PromotionText, 'from' | 'to' | 'environment' | 'noSlices'>,
  dialect: ForgeDialect,
): string {
  const file = atWeight(given, entryShare(given))
  const challenger = code(to.version)
  const champion = from ? code(from.version) : 'what serves'
  switch (move.step) {
    case 'start':
    case 'advance':
      return [
        `**Experiment**: ${challenger} gets ${file.weight} % of the traffic in ${inline(environment)} beside ${champion}, which keeps ${100 - file.weight} % and stays the release of the record. Split ${splitWords(file)}.`,
        `- **Until**: ${file.for} after this is merged. Then a pull request has the decision.`,
        `- **Decides**: ${DECIDES[file.decide ?? 'none'](champion)}.`,
        `- **Judged by**: ${judgedWords(file)}.`,
        ...slicesLine(file, noSlices),
        `- **Where harm is shown**: it is taken back${promisedWords(file, move.wayBack)}.`,
        `- **What it can find**: ${toFindWords(file)}`,
      ].join('\n')
    case 'promote':
      return [
        `**Experiment**: it is over, and ${challenger} has won against ${champion}. It gets all of the traffic.`,
        ...resultLines(file, move.evidence),
      ].join('\n')
    case 'take_back': {
      const ended = ENDED[move.because]({ challenger, champion })
      const kind = move.because === 'harm' ? 'WARNING' : 'IMPORTANT'
      const then = `${challenger} had ${file.weight} % of the traffic and is taken away; ${champion} has all of it again. It is not proposed here again.`
      return [box(kind, `${ended} ${then}`, dialect), '', ...resultLines(file, move.evidence)].join('\n')
    }
  }
}

// --- internal ---

const DECIDES: Record<NonNullable<CanaryFile['decide']>, (champion: string) => string> = {
  winner: champion =>
    `the one that is shown to convert better gets all of the traffic. Where neither is, it is undecided, and ${champion} does`,
  none: champion => `nothing but a result: ${champion} has all of the traffic again, whatever it is`,
}

const ENDED: Record<TakenBack, (of: { challenger: string; champion: string }) => string> = {
  harm: ({ challenger }) => `The experiment ends early: ${challenger} harms.`,
  lost: ({ champion }) => `The experiment is over, and ${champion} has won.`,
  measured: () => 'The experiment is over. It was to decide nothing; its result stands below.',
  inconclusive: () => 'The experiment is over and undecided: neither is shown to be better.',
  not_comparable: () => 'The experiment is over and undecided: the two could not be compared.',
  aborted: () => 'The experiment ends early: what splits its traffic gave up on it.',
  unknown: () => 'The experiment is over and undecided: nobody can tell what its traffic showed.',
  champion_newer: () => 'The experiment ends early: what serves is not older than what is tried.',
}

function judgedWords(file: CanaryFile): string {
  const { unit, conversion, guardrails } = file
  const names = guardrails.map(name => code(name)).join(', ')
  const harm = `it is harm where the challenger is worse by more than ${formatNumber(conversion.margin)}${names === '' ? '' : `, or meets more of ${names}`}`
  return `the share of ${unit}s with the outcome ${code(conversion.outcome)} within ${conversion.within} of the first contact, of the two against each other; ${[harm, ...meshWords(file)].join('; ')}. Both hold however often one looks`
}

function resultLines(file: CanaryAtWeight, evidence: Evidence): string[] {
  const { traffic } = evidence
  return [
    `- **Result**: ${inline(evidenceWords(evidence), 400)}`,
    ...(traffic ? [`- **What it could find**: ${foundWords(file, traffic)}`] : []),
  ]
}
