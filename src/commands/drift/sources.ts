import { countedIn } from '../../core/deploy-config/mesh.ts'
import { AssayError } from '../../core/errors/errors.ts'
import { whyNoToken } from '../../core/secrets/token-use.ts'
import type { CanaryCounts, CountsProblem } from '../../core/traffic/canary/counts.ts'
import type { Slow, SlowUnknown } from '../../core/traffic/canary/slow.ts'
import type { AskedComesYet } from '../../core/traffic/canary/taken-back.ts'
import type { CanaryRules } from '../../core/traffic/canary/verdict.ts'
import { isMeasured, isSilent, type Requests } from '../../core/traffic/drift/flow.ts'
import type { ModelProfile } from '../../core/traffic/profile/profile.ts'
import type { CanaryOf } from '../../core/traffic/seen/canary-answer.ts'
import type { Look, LookSettings } from '../../core/traffic/seen/judge-seen.ts'
import type { LatencyOf } from '../../core/traffic/seen/latency.ts'
import { readSamples } from '../../core/traffic/seen/prometheus-answer.ts'
import type { CountsOf } from '../../core/traffic/seen/prometheus-query.ts'
import { requestsQuery } from '../../core/traffic/seen/requests-query.ts'
import type { Seen } from '../../core/traffic/seen/seen.ts'
import type { TakenBackOf } from '../../core/traffic/seen/taken-back-answer.ts'
import { proxyFetch } from '../../forges/http/proxy.ts'
import { type JsonApi, jsonApi } from '../../services/json-api/json-api.ts'
import type { World } from '../command/context.ts'
import { maskFor } from '../command/without-secrets.ts'
import {
  canaryInCollector,
  canaryInPrometheus,
  comesYetIn,
  slowInCollector,
  slowInPrometheus,
} from './canary-source.ts'
import { seenInCollector } from './collector-source.ts'
import { meshAsker } from './mesh-source.ts'
import { type Asking, CANNOT_TELL, patience } from './patience.ts'
import { seenInPrometheus } from './prometheus-source.ts'

/** Where live traffic is asked for. Failures are told in words: what is not known is a verdict. */
export interface Sources {
  seen(
    of: CountsOf,
    profile: ModelProfile,
    minutes: LookSettings['minutes'],
    now: number,
  ): Promise<Seen | { failed: string }>
  /**
   * The units of a canary's step, and what its mesh has counted since these are counted.
   *
   * @param rules those of it
   * @param live since when the challenger is live, in milliseconds: a collector forgets what it counted before
   */
  canary(
    of: CanaryOf,
    rules: Pick<CanaryRules, 'guardrails' | 'mesh'>,
    now: number,
    live?: number,
  ): Promise<CanaryCounts | CountsProblem>
  /** Before a canary begins: from where on an answer is slow, by those of a release that serves. */
  slow(of: LatencyOf, now: number): Promise<Slow | SlowUnknown>
  /** What still comes to a release that was taken back, by a collector. */
  comesYet(of: TakenBackOf): Promise<AskedComesYet>
  /** What the second source says of the time that is called quiet; undefined where there is none. */
  requests(query: string | undefined, now: number): Promise<Requests | undefined>
}

/** Addresses by who names them: the job, whose word counts first, or the file of the deploy repository. */
export interface Addresses {
  job: { collector?: string | undefined; prometheus?: string | undefined }
  file?: { collector?: string | undefined; prometheus?: string | undefined } | undefined
}

/**
 * Counts are the collector's where one is named, else those of Prometheus; requests are asked of Prometheus. Undefined where none is
 * named.
 *
 * @throws AssayError SOURCE_REFUSES for addresses that cannot be asked
 */
export function sourcesOf(world: World, addresses: Addresses): Sources | undefined {
  const collector = apiOf(world, 'collector', addresses)
  const prometheus = apiOf(world, 'prometheus', addresses)
  if (!collector && !prometheus) return undefined
  const { text: mask } = maskFor(world)
  const asking = (): Asking => patience(world.now, mask)
  const [orWords, orWordsOfCanaries, orWordsOfRequests] = [asking(), asking(), asking()]
  const orWordsOfMesh = patience(world.now, mask, [...CANNOT_TELL, 'SOURCE_REFUSES'])
  const askMesh = meshAsker(prometheus)
  const ask = async (query: string, at: number) =>
    readSamples(
      await prometheus!.ask('/api/v1/query', {
        form: new URLSearchParams({ query, time: String(at / 1000) }),
      }),
    )
  return {
    seen: (of, profile, minutes, now) =>
      orWords(() =>
        collector
          ? seenInCollector(collector, of, profile, minutes)
          : seenInPrometheus(ask, of, profile, minutes, now),
      ),
    async canary(of, rules, now, live) {
      const counts = await orWordsOfCanaries(() =>
        collector
          ? canaryInCollector(collector, of, live)
          : canaryInPrometheus(ask, of, countedIn(rules).events, now),
      )
      const { mesh } = rules
      if (!mesh || 'failed' in counts) return counts
      // Harm in what is counted by events is told also where the mesh cannot be asked.
      const told = await orWordsOfMesh(() => askMesh(of, mesh, counts.since, now))
      return { ...counts, mesh: told }
    },
    comesYet: of => orWordsOfCanaries(() => comesYetIn(collector, of, world.now)),
    async slow(of, now) {
      const told = await orWordsOfCanaries(() =>
        collector ? slowInCollector(collector, of) : slowInPrometheus(ask, of, now),
      )
      return 'failed' in told ? { unknown: told.failed } : told
    },
    async requests(query, now) {
      if (query === undefined) return undefined
      if (!prometheus) return { failed: '`requests` is asked of Prometheus, and no address of one is named' }
      const answer = await orWordsOfRequests(() => ask(query, now))
      if ('failed' in answer) return { failed: answer.failed }
      if (answer.samples.length === 0)
        return { failed: 'the answer to `requests` is empty: is there such a series?' }
      // Of several pods, as in the rules.
      const sum = answer.samples.reduce((total, { value }) => total + value, 0)
      return sum >= 0 && Number.isFinite(sum)
        ? { value: sum }
        : { failed: `the answer to \`requests\` is ${sum}, which is no number of requests` }
    },
  }
}

/** What a look at a model is made of. The second source is asked once at most: where no row came, or where its number counts. */
export async function seenBy(
  sources: Sources,
  {
    of,
    profile,
    minutes,
    requests,
    volume: least,
    now,
  }: {
    of: CountsOf
    profile: ModelProfile
    minutes: LookSettings['minutes']
    requests: string | undefined
    volume?: number | undefined
    now: number
  },
): Promise<Pick<Look, 'seen' | 'requests' | 'volume'>> {
  const seen = await sources.seen(of, profile, minutes, now)
  if ('failed' in seen) return { seen }
  const within = (length: number) => sources.requests(requests && requestsQuery(requests, of, length), now)
  const { quiet } = seen.windows
  if (quiet && isSilent(quiet)) {
    const going = await within(minutes.quiet)
    return { seen, ...(going && { requests: going }) }
  }
  if (least === undefined || !isMeasured(seen.windows)) return { seen }
  return { seen, volume: { least, requests: (await within(minutes.breakage)) ?? UNNAMED } }
}

// --- internal ---

const UNNAMED = { failed: 'nothing tells how many there were: name their query, `requests`' }

type Kind = 'collector' | 'prometheus'

const KINDS = {
  collector: {
    name: 'the collector',
    field: 'counts',
    whereNotFound: 'that it counts this model',
    option: '--collector',
    url: 'ASSAY_COLLECTOR_URL',
    token: 'ASSAY_COLLECTOR_TOKEN',
  },
  prometheus: {
    name: 'Prometheus',
    field: 'status',
    whereNotFound: 'that no part of its path is missing',
    option: '--prometheus',
    url: 'ASSAY_PROMETHEUS_URL',
    token: 'ASSAY_PROMETHEUS_TOKEN',
  },
} as const

function apiOf({ env, ci, signal }: World, kind: Kind, { job, file }: Addresses): JsonApi | undefined {
  const { option, url, token: tokenSetting, ...api } = KINDS[kind]
  const byJob = job[kind] ?? (env[url] || undefined)
  const address = byJob ?? file?.[kind]
  if (address === undefined) return undefined
  const token = env[tokenSetting]?.trim() || undefined
  const setting = byJob === undefined ? `\`drift: { ${kind} }\` in assay-deploy.yml` : `\`${option}\``
  const why = token === undefined ? undefined : byJob === undefined ? FILE : whyNoToken(ci, 'job')
  if (why !== undefined)
    throw new AssayError({
      code: 'SOURCE_REFUSES',
      title: `Nothing is asked of ${api.name}`,
      problems: [
        {
          what: `the token in ${tokenSetting} is not sent to ${address}: ${why}`,
          fix: `where it is for that server, set ${url}=${address} beside it, in a job that may have it`,
        },
      ],
    })
  const through = URL.canParse(address) ? proxyFetch(new URL(address), env) : undefined
  return jsonApi({
    address,
    ...api,
    setting,
    tokenSetting,
    signal,
    ...(token !== undefined && { token }),
    ...(through && { fetch: through }),
  })
}

const FILE = 'a file names that address, and not the job'
