import { htmlSection, htmlText, htmlWords } from '../../report/html/text.ts'
import { VERDICT_SIGNS, VERDICT_WORDS } from '../../report/words/words.ts'
import { minuteWords } from '../../text/instant-words.ts'
import {
  type CanaryStep,
  type CanaryWatching,
  canaryNow,
  goodUntil,
} from '../../traffic/watch/canary-watching.ts'
import type { Verdict } from '../../verdict/result.ts'
import { type Frame, pageHtml } from '../shell.ts'
import { watchedPath } from '../traffic.ts'
import { linkIn } from '../words.ts'
import { changedHtml } from './changed.ts'
import {
  ageHtml,
  conversionHtml,
  guardrailsHtml,
  isSeenNow,
  oldWords,
  slicesHtml,
  splitHtml,
} from './sections.ts'
import { sentenceWords } from './words.ts'

/**
 * The live page of a canary: the verdict in a sentence, then what it rests on. Complete without script; what is not known of now is
 * grey and says so. The same input gives the same bytes.
 *
 * @param of.now milliseconds
 * @param of.viewer on the page of the bot, which hears of no look: an open page asks again by itself
 */
export function renderCanaryPage(
  watching: CanaryWatching,
  { now, version, script, viewer }: { now: number; script: string } & Pick<Frame, 'version' | 'viewer'>,
): string {
  const { model, environment, step } = watching
  const { verdict } = canaryNow(watching, now)
  const kind = 'failed' in step || step.file.decide === undefined ? 'Canary' : 'Experiment'
  const content = `<nav aria-label="Back"><p>${viewer ? botLinks(watching) : watchLinks(watching)}</p></nav>
<h1>${kind} of ${htmlText(model)} in ${htmlText(environment)}</h1>
<p class="lead">${'failed' in step ? '' : leadHtml(watching, step, now)}It is ${minuteWords(now)}.</p>
<div class="card ${TONES[verdict]}"><p><span aria-hidden="true">${VERDICT_SIGNS[verdict]}</span> <strong>${VERDICT_WORDS[verdict]}</strong>${htmlWords(sentenceWords(watching, now))}</p></div>
${'failed' in step ? '' : sectionsHtml({ ...watching, step }, now)}`
  const until = goodUntil(watching, now)
  const live = {
    script,
    row: canaryRow(watching),
    ...(until !== undefined && { good: Math.ceil((until - now) / 1000) }),
    ...(viewer && { every: EVERY_SECONDS }),
  }
  const title = `${VERDICT_WORDS[verdict]}: ${kind.toLowerCase()} of ${model}`
  return pageHtml({ title, version, live, ...(viewer && { viewer }) }, content)
}

/** What tells an open page that it is another. */
export function canaryRow({ model, environment }: Pick<CanaryWatching, 'model' | 'environment'>): string {
  return `${model}/${environment}`
}

// --- internal ---

const EVERY_SECONDS = 2

function watchLinks(of: CanaryWatching): string {
  return `${linkIn('/', 'All live traffic')} · ${linkIn(watchedPath(of), 'Features of the champion')}`
}

function botLinks({ model }: CanaryWatching): string {
  return `${linkIn('/', 'All models')} · ${linkIn(`/models/${encodeURIComponent(model)}`, model)}`
}

const TONES: Record<Verdict, string> = {
  pass: 'good',
  fail: 'bad',
  inconclusive: 'open',
  not_comparable: 'open',
}

const DECIDES: Record<NonNullable<CanaryStep['file']['decide']>, string> = {
  winner: 'the one that is shown to convert better gets all of the traffic',
  none: 'the result is told and nobody is promoted',
}

function leadHtml({ course }: CanaryWatching, { file, champion }: CanaryStep, now: number): string {
  const { weight, unit, steps, challenger, decide } = file
  const goes =
    decide === undefined
      ? `steps of ${steps.join(', ')} and 100 %`
      : `until ${htmlText(file.for)} are over, when ${DECIDES[decide]}`
  const age = course?.seen ? `The newest counts are ${oldWords(course.seen.asOf, now)}. ` : ''
  return `${htmlText(challenger.version)} gets ${weight} % of the ${unit}s, ${htmlText(champion.version)} the rest; ${goes}. ${age}`
}

function sectionsHtml(watching: CanaryWatching & { step: CanaryStep }, now: number): string {
  const { champion, file } = watching.step
  return `<div class="measured${isSeenNow(watching, now) ? '' : ' stale'}">
${htmlSection('The split', splitHtml(watching))}
${htmlSection('Conversion', conversionHtml(watching))}
${htmlSection('Slices', slicesHtml(watching))}
${htmlSection('Guardrails', guardrailsHtml(watching))}
</div>
${htmlSection('What changed', changedHtml(champion, file.challenger))}
${htmlSection('Age of the data', ageHtml(watching, now))}`
}
