import type { ReleaseRecord } from '../release/record.ts'
import { htmlSection, htmlText, htmlWords } from '../report/html/text.ts'
import { ageWords, VERDICT_WORDS } from '../report/words/words.ts'
import { minuteWords } from '../text/instant-words.ts'
import { changeText, formatDuration, formatNumber } from '../text/numbers.ts'
import { shortened } from '../text/visible-text.ts'
import { commandsHtml } from './commands.ts'
import { rowId } from './rows.ts'
import { type Frame, pageHtml, type Viewer } from './shell.ts'
import { STATES } from './states.ts'
import type { InFlight, Story, StoryCluster, StoryStay } from './story.ts'
import { rowsTable } from './table.ts'
import { type CellTraffic, canaryPath, TRAFFIC_TONES, trafficAsOf, trafficHtml } from './traffic.ts'
import { afterWord, linkIn, linkOut } from './words.ts'

/** The page of one model: where it is, what is on its way and what each waits for, how it came there, and what can be said about it. */
export function renderModel(
  story: Story,
  { viewer, now, version, script }: { viewer: Viewer; now: number; script: string } & Pick<Frame, 'version'>,
): string {
  const { model, repository } = story
  const content = [
    `<nav aria-label="Back"><p><a href="/">All models</a></p></nav>`,
    `<h1>${htmlWords(model)}</h1>`,
    `<p class="lead">${htmlText(repository)}, read at ${minuteWords(story.readAt)}. It is ${minuteWords(now)}.</p>`,
    htmlSection('Where it is', placesTable(trafficAsOf(story, now)) + clustersTable(story)),
    htmlSection(
      'On its way',
      story.inFlight.length === 0
        ? '<p>Nothing is to be promoted.</p>'
        : `<ul class="flights">\n${story.inFlight.map(flightHtml).join('\n')}\n</ul>`,
    ),
    htmlSection('How it came there', timelineTable(story)),
    htmlSection('Release by release', metricsTable(story)),
    htmlSection('Commands', commandsHtml(story)),
  ]
  const live = { script, row: rowId(repository, model) }
  return pageHtml({ title: `Assay: ${model}`, viewer, version, live }, content.filter(Boolean).join('\n'))
}

// --- internal ---

/** Columns of metrics: with more, nobody finds one. */
const MOST_METRICS = 6
const DAY = 86_400_000

function placesTable({ model, cells }: Pick<Story, 'model' | 'cells'>): string {
  const isWatched = cells.some(({ traffic }) => traffic)
  return rowsTable(
    'What serves in each environment',
    ['environment', 'state', 'version', 'verdict', 'age', 'owner', ...(isWatched ? ['live traffic'] : [])],
    cells.map(({ environment, version, verdict, ageDays, owner, state, waits, traffic }) => {
      const { sign, word, tone } = STATES[state]
      return [
        htmlText(environment),
        `<span class="${tone}"><span aria-hidden="true">${sign}</span> ${word}</span>${htmlWords(afterWord(word, waits))}`,
        version === undefined ? '' : htmlWords(version),
        verdict === undefined ? '' : VERDICT_WORDS[verdict],
        ageDays === undefined ? '' : ageWords(ageDays),
        htmlText(owner ?? ''),
        ...(isWatched ? [traffic ? trafficCell(traffic) + canaryLink(model, environment, traffic) : ''] : []),
      ]
    }),
  )
}

/** In the order of the configuration; nothing where no environment has several. */
function clustersTable({ clusters, readAt }: Pick<Story, 'clusters' | 'readAt'>): string {
  return rowsTable(
    `In each cluster, as Argo CD said at ${minuteWords(readAt)}`,
    ['cluster', 'environment', 'state', 'since', 'what is said of it'],
    clusters.map(({ environment, cluster, state, healthySince, reasons }) => {
      const { sign, tone } = CLUSTER_STATES[state]
      return [
        htmlText(cluster),
        htmlText(environment),
        `<span class="${tone}"><span aria-hidden="true">${sign}</span> ${state}</span>`,
        healthySince === undefined ? '' : minuteWords(healthySince),
        htmlWords(shortened(reasons.join('; '), 300)),
      ]
    }),
  )
}

const CLUSTER_STATES: Record<StoryCluster['state'], { sign: string; tone: string }> = {
  live: { sign: '✔', tone: 'good' },
  progressing: { sign: '◔', tone: 'soft' },
  unknown: { sign: '?', tone: 'open' },
  blocked: { sign: '●', tone: 'open' },
  degraded: { sign: '✖', tone: 'bad' },
}

function trafficCell(traffic: CellTraffic): string {
  const { state, words } = traffic
  return `<span class="${TRAFFIC_TONES[state]}">${trafficHtml(traffic)}</span><small>${htmlWords(shortened(words, 300))}</small>`
}

function canaryLink(model: string, environment: string, { canary }: CellTraffic): string {
  return canary === undefined ? '' : `<small>${linkIn(canaryPath({ model, environment }), canary)}</small>`
}

function flightHtml({ environment, version, pullRequest, conditions }: InFlight): string {
  const head = linkOut(pullRequest?.url, `${version} into ${environment}`)
  const items = conditions.map(({ words, alone }) => {
    const { sign, word, tone } = alone ? STATES.waits : STATES.person
    return `<li><span class="${tone}"><span aria-hidden="true">${sign}</span> ${word}</span>: ${htmlWords(words)}</li>`
  })
  return `<li>${head}<ul>\n${items.join('\n')}\n</ul></li>`
}

/** The releases, newest first, each with the stays of it. */
function releasesOf({ stays }: Story): { release: ReleaseRecord; stays: StoryStay[] }[] {
  const byVersion = Map.groupBy(stays, ({ release }) => `${release.version} ${release.commit}`)
  return [...byVersion.values()]
    .map(own => ({ release: own[0]!.release, stays: own }))
    .sort((a, b) => (a.release.created < b.release.created ? 1 : -1))
}

function timelineTable(story: Story): string {
  return rowsTable(
    'Releases, newest first',
    ['version', 'committed', 'released', ...story.environments],
    releasesOf(story).map(({ release, stays }) => [
      htmlWords(release.version),
      minuteWords(Date.parse(release.committed)),
      `${minuteWords(Date.parse(release.created))} <small>${laterWords(release.committed, release.created)}by ${htmlText(release.by)}</small>`,
      ...story.environments.map(name =>
        stays
          .filter(({ environment }) => environment === name)
          .map(stay => stayHtml(release, stay))
          .join('<br>'),
      ),
    ]),
  )
}

function stayHtml({ created }: ReleaseRecord, { from, until, mergedBy, liveAt }: StoryStay): string {
  const by = mergedBy === undefined ? '' : `merged by ${htmlText(mergedBy)}, `
  const live = liveAt === undefined ? '' : `live ${liveAt > from ? laterWords(from, liveAt) : 'at once, '}`
  const stayed = until === undefined ? 'serves' : `for ${spanWords(until - from)}`
  return `${minuteWords(from)} <small>${laterWords(created, from)}${by}${live}${stayed}</small>`
}

/** How long after, e.g. `20 min later, `; empty where clocks say that it was before. */
function laterWords(before: string | number, after: string | number): string {
  const at = (moment: string | number) => (typeof moment === 'number' ? moment : Date.parse(moment))
  const passed = at(after) - at(before)
  return passed > 0 ? `${spanWords(passed)} later, ` : ''
}

function spanWords(milliseconds: number): string {
  const minute = 60_000
  return milliseconds < DAY
    ? formatDuration((Math.ceil(milliseconds / minute) * minute) / 1000)
    : ageWords(milliseconds / DAY)
}

/** Gated metrics of every release against what it was weighed against. */
function metricsTable(story: Story): string {
  const releases = releasesOf(story).map(({ release }) => release)
  const gated = releases.flatMap(({ metrics }) =>
    Object.entries(metrics).flatMap(([name, { gated: isGated }]) => (isGated ? [name] : [])),
  )
  const names = [...new Set(gated)].slice(0, MOST_METRICS)
  if (names.length === 0) return ''
  return rowsTable(
    'Gated metrics, change and its interval',
    ['version', 'verdict', ...names],
    releases.map(release => [
      htmlWords(release.version),
      VERDICT_WORDS[release.verdict],
      ...names.map(name => metricHtml(release, name)),
    ]),
  )
}

function metricHtml({ metrics }: ReleaseRecord, name: string): string {
  const metric = Object.hasOwn(metrics, name) ? metrics[name] : undefined
  if (!metric) return '–'
  const { value, change } = metric
  if (!change) return formatNumber(value)
  const [low, high] = change.interval
  const difference = { value: change.value, interval: { low, high } }
  return `${formatNumber(value, difference)} <small>${htmlWords(changeText(difference))}</small>`
}
