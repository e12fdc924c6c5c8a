import { htmlSection, htmlText, htmlWords } from '../report/html/text.ts'
import { minuteWords } from '../text/instant-words.ts'
import { formatCount } from '../text/numbers.ts'
import { shortened } from '../text/visible-text.ts'
import { type Missing, missingWords } from './missing.ts'
import { type Frame, pageHtml, type Viewer } from './shell.ts'

/** How the bot is. Nothing of it is of a repository that the viewer may not read, no number either: totals are in its metrics. */
export interface Health {
  /** When it started, in milliseconds since the epoch. */
  since: number
  /** Looks at repositories of the viewer. */
  queue: { waiting: number; running: number; paused: number }
  /** What somebody has to put right before events come at all, or for a feature to work. */
  hooks: { what: string; fix: string }[]
  /** Repositories of the viewer whose hooks the bot may not look at. */
  hooksUnseen: number
  /** When an event of a repository of the viewer last came; absent: none yet. */
  lastEvent?: number
  /** There are events that nobody took and that were given up. */
  isLossy: boolean
  /** When all repositories were last looked at; absent: not yet. */
  surveyedAt?: number
  /** Things that were written although no event told of them, in repositories of the viewer. */
  found: number
  /** Rounds whose last attempt failed. */
  failed: { what: string; why: string }[]
  /** What keeps looks at repositories of the viewer from their work. */
  problems: { at: number; repository: string; what: string; fix?: string }[]
}

/** The page that says how the bot is. The same input gives the same bytes. */
export function renderHealth(
  health: Health,
  {
    viewer,
    missing,
    now,
    version,
  }: { viewer: Viewer; missing?: Missing | undefined; now: number } & Pick<Frame, 'version'>,
): string {
  const { hooks, problems, failed, isLossy } = health
  const wrong = [
    ...hooks.map(({ what, fix }) => `<strong>${htmlWords(capital(what))}</strong>: ${htmlWords(fix)}.`),
    ...failed.map(
      ({ what, why }) =>
        `<strong>${htmlWords(what.replaceAll('`', ''))}</strong>: ${htmlWords(shortened(why, 300))}.`,
    ),
    ...problems.slice(0, MOST).map(problemHtml),
    ...(problems.length > MOST ? [`${formatCount(problems.length - MOST)} more like these.`] : []),
    ...(isLossy
      ? ['Events could not be delivered, and were given up: the state itself is looked at instead.']
      : []),
    ...(missing ? [htmlWords(missingWords(missing))] : []),
  ]
  const body =
    wrong.length === 0
      ? '<p>Nothing that is known of.</p>'
      : `<ul>\n${wrong.map(one => `<li>${one}</li>`).join('\n')}\n</ul>`
  const card = htmlSection(`Wrong now (${formatCount(wrong.length)})`, body).replace(
    '<section>',
    `<section class="card ${wrong.length === 0 ? 'good' : 'bad'}">`,
  )
  const lead = wrong.length === 0 ? 'All is well' : `${formatCount(wrong.length)} to put right`
  const content = `<h1>How the bot is</h1>
<p class="lead">${lead}. It started at ${minuteWords(health.since)}, and it is ${minuteWords(now)}.</p>
<div class="first">
${card}
</div>
<div class="scroll" role="region" aria-labelledby="figures" tabindex="0"><table>
<caption id="figures">Since it started</caption>
<tbody>
${figures(health)
  .map(([name, words]) => `<tr><th scope="row">${name}</th><td>${htmlWords(words)}</td></tr>`)
  .join('\n')}
</tbody></table></div>
<p class="note"><a href="/">All models</a> · <a href="/activity">What the bot did</a></p>`
  return pageHtml({ title: `Assay: ${lead.toLowerCase()}`, viewer, version }, content)
}

// --- internal ---

const MOST = 50

function problemHtml({ at, repository, what, fix }: Health['problems'][number]): string {
  const end = fix === undefined ? '' : ` ${htmlWords(shortened(capital(fix), 300))}.`
  return `<strong>${htmlText(repository)}</strong>: ${htmlWords(shortened(what.replaceAll('`', ''), 300))}.${end} <small>${minuteWords(at)}</small>`
}

function figures({ queue, hooksUnseen, lastEvent, surveyedAt, found }: Health): [string, string][] {
  const { waiting, running, paused } = queue
  return [
    ['Last event', lastEvent === undefined ? 'none yet of what you may see' : minuteWords(lastEvent)],
    ...(hooksUnseen > 0
      ? [
          [
            'Hooks',
            `those of ${formatCount(hooksUnseen)} cannot be looked at: the bot has no role there that may`,
          ] as [string, string],
        ]
      : []),
    [
      'To look at',
      `${formatCount(waiting)} wait, ${formatCount(running)} under way, ${formatCount(paused)} at a later time, of what you may see`,
    ],
    ['Found without an event', `${formatCount(found)} of what you may see`],
    ['Last survey', surveyedAt === undefined ? 'none yet' : minuteWords(surveyedAt)],
  ]
}

function capital(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`
}
