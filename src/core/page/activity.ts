import { htmlText, htmlWords } from '../report/html/text.ts'
import { minuteWords } from '../text/instant-words.ts'
import { count, formatCount } from '../text/numbers.ts'
import { shortened } from '../text/visible-text.ts'
import { type Missing, missingWords } from './missing.ts'
import { type Frame, pageHtml, type Viewer } from './shell.ts'

/** Something that the bot did, or that it could not do. */
export interface Activity {
  /** Milliseconds since the epoch. */
  at: number
  repository: string
  /** Plain text. */
  words: string
  end: 'written' | 'failed'
  /** No event told of it. */
  isFound: boolean
}

/**
 * The page that says what the bot did of late, the last first: only what is in repositories that the viewer may read is given to it.
 */
export function renderActivity(
  done: readonly Activity[],
  {
    viewer,
    missing,
    since,
    now,
    version,
  }: {
    viewer: Viewer
    missing?: Missing | undefined
    /** When the bot started: of what was before it knows nothing. */
    since: number
    now: number
  } & Pick<Frame, 'version'>,
): string {
  const shown = done.slice(0, MOST)
  const found = done.filter(({ isFound }) => isFound).length
  const lead = `${count(done.length, 'thing')} since ${minuteWords(since)}; ${found === 0 ? 'events told of all' : `of ${formatCount(found)} no event told`}. It is ${minuteWords(now)}.`
  const note = missing ? `<p class="note bad">${htmlWords(missingWords(missing))}</p>\n` : ''
  const table =
    shown.length === 0
      ? '<p>Nothing that you may see.</p>'
      : `<div class="scroll" role="region" aria-labelledby="done" tabindex="0"><table class="lines">
<caption id="done">The last ${count(shown.length, 'thing')}, newest first</caption>
<thead><tr><th scope="col">When</th><th scope="col">Where</th><th scope="col">What</th></tr></thead>
<tbody>
${shown.map(rowHtml).join('\n')}
</tbody></table></div>`
  const content = `<h1>What the bot did</h1>
<p class="lead">${htmlWords(lead)}</p>
${note}${table}
<p class="note"><a href="/">All models</a> · <a href="/health">How the bot is</a></p>`
  return pageHtml({ title: 'Assay: what the bot did', viewer, version }, content)
}

// --- internal ---

const MOST = 200

function rowHtml({ at, repository, words, end, isFound }: Activity): string {
  const mark = isFound ? ' <small>No event told of it.</small>' : ''
  const text = htmlWords(shortened(words.replaceAll('`', ''), 400))
  const what = end === 'failed' ? `<span class="bad">Not done:</span> ${text}` : text
  return `<tr><th scope="row">${minuteWords(at)}</th><td>${htmlText(repository)}</td><td>${what}${mark}</td></tr>`
}
