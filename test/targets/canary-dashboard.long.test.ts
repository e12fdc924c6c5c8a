import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gaugesText } from '../../src/core/traffic/watch/gauges.ts'
import { canaryDashboard } from '../../src/targets/watch/canary-dashboard.ts'
import { watchedCanary } from '../core/page/canaries.ts'
import { waitUntil } from '../support/alertmanager.ts'
import { testFolder } from '../support/git-repository.ts'
import { startPrometheus } from '../support/prometheus.ts'
import { missing } from '../support/tools.ts'

/** Every expression of the dashboard of a canary, in a real Prometheus that reads the gauges of a watch. */

const { folder, remove } = testFolder()
// It is not told yet whether it passes: only then is there a time that it needs.
const { canary, now } = watchedCanary({}, 288)

describe.skipIf(missing('prometheus', '--version'))('the dashboard of a canary', () => {
  const watch = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4')
    response.end(gaugesText([], { canaries: [canary], startedAt: now, now }))
  })
  let prometheus: Awaited<ReturnType<typeof startPrometheus>>

  async function ask<T>(path: string, query: Record<string, string>): Promise<T> {
    const answer = await fetch(`${prometheus.address}/api/v1/${path}?${new URLSearchParams(query)}`)
    expect([query, answer.status]).toEqual([query, 200])
    return ((await answer.json()) as { data: T }).data
  }
  const valuesOf = async (query: string) => {
    const shown = query.replaceAll('$model', 'churn').replaceAll('$environment', 'production')
    const { result } = await ask<{ result: { value: [number, string] }[] }>('query', { query: shown })
    return result.map(({ value }) => Number(value[1]))
  }

  beforeAll(async () => {
    watch.listen(0, '127.0.0.1')
    await new Promise(resolve => watch.once('listening', resolve))
    const { port } = watch.address() as AddressInfo
    const config = join(folder, 'prometheus.yml')
    writeFileSync(
      config,
      `global: { scrape_interval: 1s }
scrape_configs: [{ job_name: watch, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }]
`,
    )
    prometheus = await startPrometheus(config, join(folder, 'data'))
    await waitUntil(
      async () => (await valuesOf('assay_canary_verdict')).length > 0,
      async () => 'nothing is read',
    )
  })
  afterAll(async () => {
    await prometheus?.stop()
    watch.close()
    remove()
  })

  it('has no panel that is empty, and says what the page says', async () => {
    const { panels } = canaryDashboard()
    for (const { title, targets } of panels)
      for (const { expr } of targets)
        expect([title, expr, (await valuesOf(expr)).every(Number.isFinite)]).toEqual([title, expr, true])
    const counts = await Promise.all(
      panels.flatMap(({ title, targets }) =>
        targets.map(async ({ expr }) => [title, (await valuesOf(expr)).length]),
      ),
    )
    expect(counts).toEqual([
      ['Verdict', 1],
      ['Age of the counts', 1],
      ['Age of the counts', 1],
      ['Split', 4],
      ['Evidence against the split', 1],
      ['Evidence against the split', 1],
      ['Conversion', 2],
      ['Difference of conversion', 3],
      ['Difference of conversion', 1],
      ['Evidence of harm', 4],
      ['Evidence of harm', 4],
      ['Guardrails', 6],
      ['Units', 8],
      ['Until it passes', 1],
    ])
    const { challenger, champion } = canary.course!.seen!.evidence.conversion!
    const [expr] = panels.find(({ title }) => title === 'Conversion')!.targets.map(target => target.expr)
    expect((await valuesOf(expr!)).sort()).toEqual(
      [challenger, champion].map(({ events, units }) => events / units).sort(),
    )
  })

  it('lets one choose what there is', async () => {
    const { list } = canaryDashboard().templating as { list: { query: unknown }[] }
    const queries = list.map(({ query }) => String(query)).filter(query => query !== 'prometheus')
    const values = await Promise.all(
      queries.map(query => {
        const [, series, label] = /^label_values\((.*), (\w+)\)$/.exec(query)!
        return ask<string[]>(`label/${label}/values`, { 'match[]': series!.replace('$model', 'churn') })
      }),
    )
    expect(values).toEqual([['churn'], ['production']])
  })
})
