import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Route } from '../src/services/web/server.ts'
import type { Delivered } from './hooks/delivered.ts'
import type { LookEnd } from './look-end.ts'
import type { LookCounts } from './looks.ts'

/** What the bot counts. No label names a repository, a model or a person. */
export interface Metrics {
  delivered(delivered: Delivered): void
  looked(end: LookEnd): void
  /** Looks that wrote something, although no event told of it. */
  found(end: LookEnd): void
  /** Events that the forge was asked to tell of once more, and those that were given up. */
  redelivered(count: { redelivered: number; lost: number; untaken: number }): void
  /** What a look at all repositories of a forge left out. */
  surveyed(forge: string, left: { left: number; unseen: number; spared: number }): void
  route: Route
}

export function botMetrics(counts: () => LookCounts): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 })
  const deliveries = new Counter({
    name: 'assay_bot_deliveries_total',
    help: 'Webhook deliveries, by forge, event and what became of them.',
    labelNames: ['forge', 'event', 'end'] as const,
    registers,
  })
  const looks = new Histogram({
    name: 'assay_bot_look_seconds',
    help: 'Time that a look took, by kind and end.',
    labelNames: ['kind', 'end'] as const,
    buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300],
    registers,
  })
  const keys = new Gauge({
    name: 'assay_bot_keys',
    help: 'Keys that wait, are looked at, or are paused.',
    labelNames: ['state'] as const,
    registers,
    collect() {
      for (const [state, count] of Object.entries(counts())) this.set({ state }, count)
    },
  })
  registry.registerMetric(keys)
  const redeliveries = new Counter({
    name: 'assay_bot_redeliveries_total',
    help: 'Events that nobody had taken, by what became of them: told once more, or given up.',
    labelNames: ['end'] as const,
    registers,
  })
  const untaken = new Gauge({
    name: 'assay_bot_untaken_events',
    help: 'Events that nobody has taken and that are still to be told once more.',
    registers,
  })
  const surveys = new Gauge({
    name: 'assay_bot_survey_left',
    help: 'What the last look at all repositories left out, by forge: new and left to the next, repositories not seen, accounts spared.',
    labelNames: ['forge', 'what'] as const,
    registers,
  })
  const finds = new Counter({
    name: 'assay_bot_found_total',
    help: 'Looks that wrote something that no event had told of, by kind.',
    labelNames: ['kind'] as const,
    registers,
  })
  return {
    delivered: ({ forge, event = 'unknown', end }) => deliveries.inc({ forge, event, end }),
    looked: end =>
      looks.observe({ kind: end.key.kind, end: 'error' in end ? 'failed' : 'ended' }, end.ms / 1000),
    found: ({ key }) => finds.inc({ kind: key.kind }),
    surveyed(forge, all) {
      for (const [what, count] of Object.entries(all)) surveys.set({ forge, what }, count)
    },
    redelivered({ redelivered, lost, untaken: open }) {
      untaken.set(open)
      redeliveries.inc({ end: 'redelivered' }, redelivered)
      redeliveries.inc({ end: 'lost' }, lost)
    },
    route: {
      name: 'metrics',
      method: 'GET',
      path: '/metrics',
      answer: async () => ({ status: 200, text: await registry.metrics(), type: registry.contentType }),
    },
  }
}
