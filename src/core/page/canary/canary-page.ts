import { htmlSection, htmlText, htmlWords } from '../../report/html/text.ts'
import { VERDICT_SIGNS, VERDICT_WORDS } from '../../report/words/words.ts'
import { minuteWords } from '../../text/instant-words.ts'
import type { Verdict } from '../../verdict/result.ts'
import { type Frame, pageHtml } from '../shell.ts'
import { watchedPath } from '../traffic.ts'
import { linkIn } from '../words.ts'
import { changedHtml } from './changed.ts'
import { ageHtml, conversionHtml, guardrailsHtml, oldWords, splitHtml } from './sections.ts'
import type { WatchedCanary } from './watched-canary.ts'
import { isSeenNow, sentenceWords } from './words.ts'

/**
 * The live page of a canary: the verdict in a sentence, then what it rests on. Complete without script; what is not known of now is
 * grey and says so. The same input gives the same bytes.
 */
export function renderCanaryPage(
  canary: WatchedCanary,
  { now, version, script }: { now: number; script: string } & Pick<Frame, 'version'>,
): string {
  const { model, environment, file, champion } = canary
  const isNow = isSeenNow(canary, now)
  const seen = canary.course?.seen
  const { verdict, words } = sentenceWords(canary, now)
  const measured = [
    htmlSection('The split', splitHtml(canary)),
    htmlSection('Conversion', conversionHtml(canary)),
    htmlSection('Guardrails', guardrailsHtml(canary)),
  ].filter(Boolean)
  const content = `<nav aria-label="Back"><p>${linkIn('/', 'All live traffic')} · ${linkIn(watchedPath(canary), 'Features of the champion')}</p></nav>
<h1>Canary of ${htmlText(model)} in ${htmlText(environment)}</h1>
<p class="lead">${htmlText(file.challenger.version)} gets ${file.weight} % of the ${file.unit}s, ${htmlText(champion.version)} the rest; steps of ${file.steps.join(', ')} and 100 %. ${seen ? `The newest counts are ${oldWords(seen.asOf, now)}. ` : ''}It is ${minuteWords(now)}.</p>
<div class="card ${TONES[verdict]}"><p><span aria-hidden="true">${VERDICT_SIGNS[verdict]}</span> <strong>${VERDICT_WORDS[verdict]}</strong>${htmlWords(words)}</p></div>
<div class="measured${isNow ? '' : ' stale'}">
${measured.join('\n')}
</div>
${htmlSection('What changed', changedHtml(champion, file.challenger))}
${htmlSection('Age of the data', ageHtml(canary, now))}`
  const live = { script, row: `${model}/${environment}` }
  return pageHtml({ title: `${VERDICT_WORDS[verdict]}: canary of ${model}`, version, live }, content)
}

// --- internal ---

const TONES: Record<Verdict, string> = {
  pass: 'good',
  fail: 'bad',
  inconclusive: 'open',
  not_comparable: 'open',
}
