import { isAssayError } from '../../../core/errors/errors.ts'
import { readTraffic, type WatchedTraffic } from '../../../core/page/traffic.ts'
import { redactor } from '../../../core/secrets/secrets.ts'
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
  { env, now, signal }: Pick<BotWorld, 'env' | 'now' | 'signal'>,
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

  let last: { at: number; asked: Promise<WatchedTraffic> } | undefined
  return {
    pageUrl,
    read({ forge, name }) {
      if (forge !== repository.forge || name.toLowerCase() !== repository.name.toLowerCase()) return undefined
      if (!last || now() - last.at >= KEPT_MS) last = { at: now(), asked: ask() }
      return last.asked
    },
  }
}

// --- internal ---

const DEADLINE_MS = 5_000
/** Thousands of models, in brief. */
const LARGEST = 8 * 2 ** 20
const KEPT_MS = 15_000
