import { isAssayError } from '../../../core/errors/errors.ts'
import { readReport, readTraffic, type WatchedTraffic } from '../../../core/page/traffic.ts'
import { readFact, readSlow } from '../../../core/promotion/canary/fact.ts'
import { redactor } from '../../../core/secrets/secrets.ts'
import { readCanaryTold } from '../../../core/traffic/watch/canary-told.ts'
import type { CanaryWatching } from '../../../core/traffic/watch/canary-watching.ts'
import { readTakenBack } from '../../../core/traffic/watch/taken-back-watching.ts'
import { proxyFetch } from '../../../forges/http/proxy.ts'
import { jsonApi } from '../../../services/json-api/json-api.ts'
import type { RepositoryName } from '../keys.ts'
import type { BotWorld, TrafficSource } from '../world.ts'

interface Watch {
  url: string
  token?: string
  pageUrl: string
  /** The deploy repository that it looks at. */
  repository: RepositoryName
}

/** `assay watch`, asked with its token, which goes to its address alone; one answer is kept for all who ask within some seconds. */
export function trafficSource(
  { url, token, pageUrl, repository }: Watch,
  { env, now, signal, log }: Pick<BotWorld, 'env' | 'now' | 'signal' | 'log'>,
): TrafficSource {
  const through = proxyFetch(new URL(url), env)
  const api = jsonApi({
    address: url,
    name: 'assay watch',
    setting: 'ASSAY_BOT_WATCH_URL',
    tokenSetting: 'ASSAY_BOT_WATCH_TOKEN',
    deadline: DEADLINE_MS,
    largest: LARGEST,
    signal,
    ...(token !== undefined && { token }),
    ...(through && { fetch: through }),
  })
  const mask = redactor(token === undefined ? [] : [token])

  async function ask(): Promise<WatchedTraffic> {
    try {
      return readTraffic(await api.ask('/v1/drift', {}))
    } catch (error) {
      signal.throwIfAborted()
      if (!isAssayError(error)) throw error
      return { failed: mask(error.problems.map(({ what }) => what).join('; ')) }
    }
  }

  async function askedOfCanary<T extends object>(
    { model, environment }: { model: string; environment: string },
    read: (answer: unknown) => T | { unknown: string },
  ): Promise<T | { unknown: string }> {
    try {
      const told = read(await api.ask('/v1/canary', { query: new URLSearchParams({ model, environment }) }))
      return 'unknown' in told ? { unknown: mask(told.unknown) } : told
    } catch (error) {
      signal.throwIfAborted()
      if (!isAssayError(error)) throw error
      return { unknown: mask(error.problems.map(({ what }) => what).join('; ')) }
    }
  }

  const isIts = ({ forge, name }: RepositoryName) =>
    forge === repository.forge && name.toLowerCase() === repository.name.toLowerCase()
  async function askCanary(of: Place): Promise<CanaryWatching | undefined> {
    try {
      const query = new URLSearchParams({ ...of, course: 'yes' })
      const answer = await api.ask('/v1/canary', { query })
      return readCanaryTold(JSON.parse(mask(JSON.stringify(answer))), of)
    } catch (error) {
      signal.throwIfAborted()
      if (!isAssayError(error)) throw error
      return { ...of, step: { failed: mask(error.problems.map(({ what }) => what).join('; ')) } }
    }
  }

  let last: { at: number; asked: Promise<WatchedTraffic> } | undefined
  const canaries = new Map<string, { at: number; asked: Promise<CanaryWatching | undefined> }>()
  return {
    pageUrl,
    read(of) {
      if (!isIts(of)) return undefined
      if (!last || now() - last.at >= KEPT_MS) last = { at: now(), asked: ask() }
      return last.asked
    },
    async canary(of, place) {
      if (!isIts(of)) return undefined
      const fact = await askedOfCanary(place, readFact)
      return 'unknown' in fact ? fact : { ...fact, reason: mask(fact.reason) }
    },
    async slow(of, place) {
      return isIts(of) ? askedOfCanary(place, answer => readSlow(answer, place.release)) : undefined
    },
    async comesYet(of, place) {
      if (!isIts(of)) return undefined
      const told = await askedOfCanary(place, answer => readTakenBack(answer, place.release, now()))
      return 'unknown' in told ? { failed: told.unknown } : told
    },
    async shown(of, { model, environment }) {
      if (!isIts(of)) return undefined
      const key = `${model} ${environment}`
      const known = canaries.get(key)
      if (known && now() - known.at < KEPT_CANARY_MS) return known.asked
      if (canaries.size >= MOST_CANARIES) canaries.clear()
      const asked = askCanary({ model, environment })
      canaries.set(key, { at: now(), asked })
      return asked
    },
    async report(of, { model, environment }) {
      if (!isIts(of)) return undefined
      try {
        const query = new URLSearchParams({ model, environment })
        const report = readReport(await api.ask('/v1/drift', { query }))
        return report && mask(report)
      } catch (error) {
        signal.throwIfAborted()
        // What it could show is no reason to do less.
        if (!isAssayError(error)) throw error
        log.warn(
          mask(
            `the report on ${model} is not to be had: ${error.problems.map(({ what }) => what).join('; ')}`,
          ),
        )
        return undefined
      }
    },
  }
}

// --- internal ---

const DEADLINE_MS = 5_000
/** Thousands of models, in brief. */
const LARGEST = 8 * 2 ** 20
const KEPT_MS = 15_000
/** An open page asks every two seconds: however many are, the watch is asked once a second. */
const KEPT_CANARY_MS = 1000
const MOST_CANARIES = 200

interface Place {
  model: string
  environment: string
}
