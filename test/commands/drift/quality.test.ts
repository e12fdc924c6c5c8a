import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { seenInFile } from '../../../src/commands/drift/file-source.ts'
import { seenInPrometheus } from '../../../src/commands/drift/prometheus-source.ts'
import { countsData } from '../../../src/core/traffic/counts/traffic-counts.ts'
import type { DriftVerdict } from '../../../src/core/traffic/drift/verdict.ts'
import type { ModelProfile } from '../../../src/core/traffic/profile/profile.ts'
import { renderDriftHtml } from '../../../src/core/traffic/report/html.ts'
import { renderDriftMarkdown } from '../../../src/core/traffic/report/markdown.ts'
import { renderDriftTerminal } from '../../../src/core/traffic/report/terminal.ts'
import { readCollectorCounts } from '../../../src/core/traffic/seen/collector-answer.ts'
import { judgeSeen } from '../../../src/core/traffic/seen/judge-seen.ts'
import type { Sample } from '../../../src/core/traffic/seen/prometheus-answer.ts'
import { countsQuery } from '../../../src/core/traffic/seen/prometheus-query.ts'
import type { Seen } from '../../../src/core/traffic/seen/seen.ts'
import { gaugesText } from '../../../src/core/traffic/watch/gauges.ts'
import { testFolder } from '../../support/git-repository.ts'
import { profileOf } from '../../support/profiles.ts'
import { NOW, RELEASE, SENDER, throughTurns, trafficScene } from '../../support/traffic.ts'

/** What outcomes say of a model, by each of the three who may have counted them. */

const { folder, remove } = testFolder()
afterAll(remove)
const MINUTES = { breakage: 60, shift: 60, concept: 60, quiet: 60 }
const BUDGET = { alarms: 1, days: 30 }
const PROFILE = profileOf({ accuracy: { rows: 1000, right: 820 } })
const OF = { model: 'churn', release: RELEASE }

interface Row {
  score: number | null
  prediction: number | string | null
  label: number | string | null
}
/** 80 rows: of 40 with a score of 0.2, ten came true; of 40 with 0.8, twenty. */
const ROWS: Row[] = Array.from({ length: 80 }, (_, row) => ({
  score: row % 2 === 0 ? 0.2 : 0.8,
  prediction: row % 2,
  label: Number(row % 8 === 0 || row % 4 === 1),
}))
/** Nothing is known of what has no outcome or no score; what was not predicted says nothing of accuracy. */
const PARTLY: Row[] = [
  { score: 0.2, prediction: 0, label: null },
  { score: null, prediction: 0, label: 1 },
  { score: 0.2, prediction: null, label: 0 },
]

async function byAll(profile: ModelProfile, rows: readonly Row[]): Promise<DriftVerdict[]> {
  const { traffic, counts } = trafficScene(profile, { delay: 0, window: 86_400_000 })
  for (const [id, row] of rows.entries())
    throughTurns(
      traffic.takeOutcomes(
        Buffer.from(JSON.stringify({ ...OF, id: String(id), time: NOW, ...row })),
        SENDER,
        new Map(),
        NOW,
      ),
    )

  const answer = JSON.parse(JSON.stringify({ counts: [countsData(counts(60, NOW))] }))
  const collected = readCollectorCounts(answer, OF, profile, 60)
  if ('failed' in collected) throw new Error(collected.failed)
  const byCollector: Seen = { asOf: NOW, windows: { shift: collected.window }, notes: [] }

  const samples = samplesOf(traffic.metrics())
  const query = countsQuery(OF, { features: [60], events: [60], labels: [60] })
  const ask = async (asked: string) => ({ samples: asked === query ? samples : [] })
  const byPrometheus = await seenInPrometheus(ask, OF, profile, MINUTES, NOW)

  const lines = rows.map(row => JSON.stringify({ age: 30, plan: 'pro', ...row }))
  writeFileSync(join(folder, 'rows.jsonl'), `${lines.join('\n')}\n`)
  const roles = { score: 'score', label: 'label', prediction: 'prediction' }
  const byFile = await seenInFile(folder, 'rows.jsonl', profile, { roles, minutes: MINUTES })

  return [byCollector, byPrometheus, byFile].map(seen =>
    judgeSeen({ profile, seen, settings: { budget: BUDGET }, now: NOW }),
  )
}

/** What Prometheus would answer of what it read: the counters now, by a process that has just begun. */
function samplesOf(metrics: string): Sample[] {
  const counters = /^(assay_(?:feature|events|labelled|predicted)_total)\{(.*)\} (\S+)$/
  const read = metrics.split('\n').flatMap((line): Sample[] => {
    const [, , labels, value] = counters.exec(line) ?? []
    if (labels === undefined || !labels.includes('release=')) return []
    const all = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, text]) => [name!, text!] as const)
    return [{ labels: { ...Object.fromEntries(all), at: 'now' }, value: Number(value) }]
  })
  const own = (at: string) => ({ labels: { at }, value: NOW / 1000 })
  return [...read, own('scraped'), own('started')]
}

describe('what outcomes say of a model', () => {
  it('is the same of a collector, of Prometheus and of a file, as the rows themselves have it', async () => {
    const all = await byAll(PROFILE, [...ROWS, ...PARTLY])

    for (const { quality } of all) {
      expect(quality!.map(({ metric, outcomes }) => [metric, outcomes])).toEqual([
        ['accuracy', 80],
        ['roc_auc', 81],
        ['brier', 81],
        ['log_loss', 81],
        ['calibration_error', 81],
      ])
      expect(quality).toEqual(all[0]!.quality)
    }
    const [accuracy, auc, brier] = all[0]!.quality!
    const right = ROWS.filter(({ prediction, label }) => prediction === label).length
    expect(accuracy).toEqual({ metric: 'accuracy', outcomes: 80, live: right / 80, accepted: 0.82 })
    // 30 positive, 20 of them above; 51 negative, 31 of them below.
    expect(auc!.live).toBeCloseTo((20 * 31 + 0.5 * (20 * 20 + 10 * 31)) / (30 * 51), 12)
    expect(brier!.live).toBeCloseTo(
      (10 * 0.75 ** 2 + 31 * 0.25 ** 2 + 20 * 0.25 ** 2 + 20 * 0.75 ** 2) / 81,
      12,
    )
    expect(brier!.accepted).toBeCloseTo((180 * 0.75 ** 2 + 820 * 0.25 ** 2) / 1000, 12)
    expect(countsQuery(OF, { features: [], events: [], labels: [60] })).toContain(
      'by (at, release, environment, prediction, label)',
    )
  })

  it('is read off the score where the accepted predictions were made so', async () => {
    const score = { ...PROFILE.score!, threshold: 0.5 }
    const rows = ROWS.map(row => ({ ...row, prediction: null }))
    const [byCollector, byPrometheus] = await byAll({ ...PROFILE, score }, rows)

    expect(byCollector!.quality![0]).toMatchObject({ metric: 'accuracy', outcomes: 80, live: 50 / 80 })
    expect(byPrometheus!.quality).toEqual(byCollector!.quality)
  })

  it('of several classes is accuracy alone', async () => {
    const prediction = {
      type: 'category' as const,
      categories: ['cat', 'dog', 'emu'],
      counts: [400, 400, 180],
      missing: 0,
      pooled: 20,
    }
    const profile = { ...PROFILE, score: undefined, prediction, accuracy: { rows: 985, right: 788 } }
    const rows = Array.from({ length: 60 }, (_, row) => {
      // What the profile does not name is wrong where it is predicted, and unknown where it came true.
      const said = ['cat', 'dog', 'emu', 'yak'][row % 4]!
      return { score: null, prediction: said, label: row < 40 ? said : 'cat' }
    })
    const right = rows.filter(({ prediction, label }) => label !== 'yak' && prediction === label).length
    for (const { quality, concept } of await byAll(profile, rows)) {
      expect(concept).toBeUndefined()
      expect(quality).toEqual([{ metric: 'accuracy', outcomes: 50, live: right / 50, accepted: 0.8 }])
    }
  })

  it('stands in every report and gauge with the number of outcomes and the accepted value, and decides nothing', async () => {
    const [verdict] = await byAll(PROFILE, ROWS)

    const words = 'Live outcomes (80): accuracy 0.625 (accepted: 0.820), AUC 0.633 (accepted: 0.820)'
    expect(renderDriftMarkdown(verdict!)).toContain(words)
    expect(renderDriftTerminal(verdict!)).toContain(words)
    const html = renderDriftHtml(verdict!)
    expect(html).toContain('What outcomes say of the model')
    expect(html).toMatch(/accuracy<\/th>.*0\.820.*0\.625.*80/)
    expect(html).toContain('below 0.5 (mean 0.250)')
    expect(verdict!.kind).toBeUndefined()

    const watching = { model: 'churn', environment: 'production', alarms: [], breakage: new Map() }
    const gauges = gaugesText([{ ...watching, verdict: verdict! }], {
      canaries: [],
      startedAt: NOW,
      now: NOW,
    })
    for (const line of [
      'assay_drift_quality{model="churn",environment="production",metric="accuracy"} 0.625\n',
      'assay_drift_quality_accepted{model="churn",environment="production",metric="accuracy"} 0.82\n',
      'assay_drift_quality_outcomes{model="churn",environment="production",metric="accuracy"} 80\n',
    ])
      expect(gauges).toContain(line)
  })

  it('is nothing without outcomes, and nothing that cannot be known', async () => {
    for (const { quality } of await byAll(PROFILE, [{ score: 0.2, prediction: 0, label: null }]))
      expect(quality).toBeUndefined()
    // A score of 0 to 100 ranks: it is no probability. A profile without accuracy compares none.
    const score = { ...PROFILE.score!, edges: [50], means: [25, 75] }
    const rows = ROWS.map(row => ({ ...row, score: 100 * row.score! }))
    for (const verdict of await byAll({ ...PROFILE, score, accuracy: undefined }, rows)) {
      expect(verdict.quality!.map(({ metric, accepted }) => [metric, accepted])).toEqual([
        ['accuracy', undefined],
        ['roc_auc', expect.closeTo(0.82, 2)],
      ])
      expect(renderDriftMarkdown(verdict)).toContain('accuracy 0.625 (accepted: not known)')
    }
    // A class that was hardly ever predicted is not named: nobody knows when it is.
    const prediction = { type: 'category' as const, categories: ['0'], counts: [995], missing: 0, pooled: 5 }
    for (const { quality } of await byAll({ ...PROFILE, prediction, accuracy: undefined }, ROWS))
      expect(quality![0]!.metric).toBe('roc_auc')
  })
})
