import { gunzipSync } from 'node:zlib'
import type { Trust } from '../../src/core/traffic/counts/results.ts'
import { countTraffic, type Sender, type Traffic } from '../../src/core/traffic/counts/traffic.ts'
import type { TrafficCounts } from '../../src/core/traffic/counts/traffic-counts.ts'
import type { Turns } from '../../src/core/traffic/events/event.ts'
import type { ModelProfile } from '../../src/core/traffic/profile/profile.ts'
import { profileOf } from './profiles.ts'

/** Traffic of one release, for tests of what becomes of it. */

export const NOW = Date.UTC(2026, 4, 20, 12, 0, 30)
export const RELEASE = '2026-05-09-e5c87ee'

export interface TrafficScene {
  traffic: Traffic
  /** As if it came to the address of the release. */
  send(body: unknown, headers?: Record<string, string>, now?: number, trust?: Trust): void
  counts(minutes?: number, now?: number): TrafficCounts
  /** Rows in each bin of a feature. */
  bins(feature: string): number[]
  /** What became of the events, without the zeros. */
  ends(): Record<string, number>
}

export function trafficScene(
  profile: ModelProfile = profileOf(),
  labelTimes = { delay: 0, window: 30 * 86_400_000 },
): TrafficScene {
  const traffic = countTraffic({
    environment: 'staging',
    startedAt: NOW,
    seed: 7,
    labelTimes,
    canary: { settle: 0, most: 1000 },
  })
  traffic.setProfiles([{ model: 'churn', release: RELEASE, profile }], NOW)
  const counts = (minutes = 60, now = NOW) => traffic.counts({ model: 'churn', minutes }, now)[0]!
  return {
    traffic,
    send(body, headers = {}, now = NOW, trust = 'token') {
      const bytes = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
      const from = {
        model: 'churn',
        release: RELEASE,
        ...UNPACKING,
        trust,
        header: (name: string) => headers[name],
      }
      throughTurns(traffic.take(Buffer.from(bytes), from, now))
    },
    counts,
    bins: feature => [...counts().features.get(feature)!],
    ends: () => Object.fromEntries(Object.entries(counts().events).filter(([, count]) => count > 0)),
  }
}

/** Goes through all turns at once, where there are any. */
export function throughTurns<T>(turns: Turns<T>): T
export function throughTurns(turns: Turns | undefined): void
export function throughTurns<T>(turns: Turns<T> | undefined): T | undefined {
  while (turns) {
    const { done, value } = turns.next()
    if (done) return value
  }
  return undefined
}

/** Whoever has a token, and may have packed what becomes 8 MB. */
export const UNPACKING: Pick<Sender, 'trust' | 'unpack' | 'weight'> = {
  trust: 'token',
  unpack,
  weight: 8_000_000,
}

/** Whoever has a token, and packs nothing. */
export const SENDER: Sender = { trust: 'token', unpack: bytes => bytes, weight: 0, header: () => undefined }

/** Headers of KServe's logger. */
export function logged(part: 'request' | 'response', id: string, more: object = {}): Record<string, string> {
  return {
    'content-type': 'application/json',
    'ce-specversion': '1.0',
    'ce-id': id,
    'ce-type': `org.kubeflow.serving.inference.${part}`,
    'ce-source': 'http://localhost:9081/',
    'ce-time': new Date(NOW).toISOString(),
    'ce-inferenceservicename': 'churn',
    'ce-namespace': 'models',
    'ce-component': 'predictor',
    'ce-endpoint': '',
    'ce-metadata': '{}',
    ...more,
  }
}

// --- internal ---

function unpack(bytes: Uint8Array, most: number): Uint8Array | undefined {
  if (bytes[0] !== 0x1f) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: most })
  } catch {
    return undefined
  }
}
