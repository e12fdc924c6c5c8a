import { htmlText, htmlWords } from '../report/html/text.ts'
import { minuteWords } from '../text/instant-words.ts'
import { count } from '../text/numbers.ts'
import { shortened } from '../text/visible-text.ts'
import type { DriftState } from '../traffic/drift/verdict.ts'
import { STATE_SIGNS, verdictWords } from '../traffic/report/words.ts'
import { type CanaryWatching, canaryNow } from '../traffic/watch/canary-watching.ts'
import { verdictNow, type Watching } from '../traffic/watch/watching.ts'
import { type Frame, pageHtml } from './shell.ts'
import { canaryLabel, canaryPath, TRAFFIC_TONES, watchedPath } from './traffic.ts'
import { linkIn } from './words.ts'

/** The page of `assay watch`: what is wrong first, then all that is looked at. */
export function renderDriftPage(
  all: readonly Watching[],
  {
    startedAt,
    now,
    version,
    script,
    notes,
    canaries,
  }: {
    startedAt: number
    now: number
    script: string
    notes: readonly string[]
    canaries: readonly CanaryWatching[]
  } & Pick<Frame, 'version'>,
): string {
  const tried = new Map(canaries.map(one => [placeOf(one), one]))
  const rows = all
    .map(one => ({ one, verdict: verdictNow(one, now), canary: tryOf(tried.get(placeOf(one)), now) }))
    .toSorted((a, b) => placeIn(a) - placeIn(b))
  const counted = ORDER.map(state => {
    const number = rows.filter(({ verdict }) => verdict.state === state).length
    return number > 0 ? `${number} ${state}` : ''
  }).filter(Boolean)
  const harmful = rows.filter(({ canary }) => canary?.isWrong).length
  const lead = [
    counted.length > 0 ? counted.join(', ') : 'Nothing serves',
    ...(harmful > 0 ? [`${harmful} ${harmful === 1 ? 'canary' : 'canaries'} wrong`] : []),
  ].join('; ')
  const body = rows.map(({ one, verdict, canary }) =>
    rowHtml(one, verdict.state, verdictWords(verdict), canary?.html ?? '', now),
  )
  const content = `<h1>Live traffic</h1>
<p class="lead">${htmlWords(lead)}. It is ${minuteWords(now)}.</p>
${notes.map(note => `<p class="note">${htmlWords(shortened(note, 400))}</p>`).join('\n')}
<div class="scroll" tabindex="0" role="region" aria-label="Models"><table class="c4">
<caption>What serves: ${count(all.length, 'release')}, each held against what it was accepted on</caption>
<thead><tr>${['model', 'verdict', 'alarms', 'counts of', 'release'].map(name => `<th scope="col">${name}</th>`).join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div>
<p class="note">Looked at every minute since ${minuteWords(startedAt)}; of alarms before that nothing is known here.</p>`
  return pageHtml({ title: `Assay: ${lead}`, version, live: { script, at: now, isPart: false } }, content)
}

// --- internal ---

const ORDER: DriftState[] = ['critical', 'unknown', 'warn', 'steady']

function placeOf({ model, environment }: { model: string; environment: string }): string {
  return `${model} ${environment}`
}

interface Tried {
  isWrong: boolean
  /** Below the name of its row. */
  html: string
}

function tryOf(canary: CanaryWatching | undefined, now: number): Tried | undefined {
  if (!canary) return undefined
  const { verdict } = canaryNow(canary, now)
  const isWrong = verdict === 'fail' || verdict === 'not_comparable'
  const link = linkIn(canaryPath(canary), canaryLabel(canary, now))
  return { isWrong, html: `<small${isWrong ? ' class="bad"' : ''}>${link}</small>` }
}

/** What is wrong comes first. */
function placeIn({ verdict, canary }: { verdict: { state: DriftState }; canary: Tried | undefined }): number {
  return canary?.isWrong ? 0 : ORDER.indexOf(verdict.state)
}

function rowHtml(one: Watching, state: DriftState, words: string, canary: string, now: number): string {
  const { model, environment, release, alarms, asOf } = one
  const told = alarms.map(({ kind, level, since }) => `${kind} (${level}) since ${minuteWords(since)}`)
  const age = asOf === undefined ? '–' : `${Math.max(0, Math.round((now - asOf) / 60_000))} min ago`
  return `<tr id="${htmlWords(`${model}/${environment}`)}"><th scope="row"><a href="${htmlWords(watchedPath(one))}">${htmlText(model)}</a><small>${htmlText(environment)}</small>${canary}</th><td class="${TRAFFIC_TONES[state]}"><b>${STATE_SIGNS[state]} ${state}</b><small>${htmlWords(shortened(words, 300))}</small></td><td>${told.length > 0 ? htmlWords(told.join('; ')) : '–'}</td><td>${age}</td><td>${htmlText(release ?? '–')}</td></tr>`
}
