import { htmlText, htmlWords } from '../../report/html/text.ts'
import { minuteWords } from '../../text/instant-words.ts'
import { comesYetWords, type Silence, silenceOf } from '../../traffic/canary/taken-back.ts'
import { comesYetNow, type TakenBackWatching } from '../../traffic/watch/taken-back-watching.ts'
import { type Frame, pageHtml } from '../shell.ts'
import { linkIn } from '../words.ts'
import { canaryRow } from './canary-page.ts'

/**
 * What the page of a canary is after its release was taken back: whether anything goes to it still, by those who count. The same input
 * gives the same bytes.
 *
 * @param of.now milliseconds
 */
export function renderTakenBackPage(
  watching: TakenBackWatching,
  { now, version, script }: { now: number; script: string } & Pick<Frame, 'version'>,
): string {
  const { model, environment, release, champion, at } = watching
  const comesYet = comesYetNow(watching, now)
  const { tone, sign, title } = SHOWN[silenceOf(comesYet)]
  const content = `<nav aria-label="Back"><p>${linkIn('/', 'All live traffic')}</p></nav>
<h1>Canary of ${htmlText(model)} in ${htmlText(environment)}</h1>
<p class="lead">${htmlText(release)} was taken back at ${minuteWords(at)}, and ${htmlText(champion)} gets all of the traffic again. It is ${minuteWords(now)}.</p>
<div class="card ${tone}"><p><span aria-hidden="true">${sign}</span> <strong>${title}</strong>: ${htmlWords(comesYetWords(comesYet))}.</p></div>`
  return pageHtml(
    { title: `${title}: canary of ${model}`, version, live: { script, row: canaryRow(watching) } },
    content,
  )
}

// --- internal ---

const SHOWN: Readonly<Record<Silence, { tone: string; sign: string; title: string }>> = {
  none: { tone: 'good', sign: '✅', title: 'Nothing goes to it' },
  some: { tone: 'bad', sign: '❌', title: 'It still gets traffic' },
  open: { tone: 'open', sign: '❔', title: 'Not known yet' },
}
