import { Drift } from '../../core/config/drift.ts'
import { isAssayError } from '../../core/errors/errors.ts'
import { faultWords, isFault } from '../../core/errors/fault.ts'
import { stabilityIndex } from '../../core/statistics/traffic/population-stability.ts'
import { minuteWords } from '../../core/text/instant-words.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'
import type { AlarmChange } from '../../core/traffic/drift/alarms.ts'
import { referenceCounts } from '../../core/traffic/profile/bins.ts'
import { type ModelProfile, trafficFeatures } from '../../core/traffic/profile/profile.ts'
import { judgeSeen, unseenVerdict } from '../../core/traffic/seen/judge-seen.ts'
import type { SeenWindow } from '../../core/traffic/seen/seen.ts'
import { wholeCounts } from '../../core/traffic/seen/whole-counts.ts'
import type { CanaryWatching } from '../../core/traffic/watch/canary-watching.ts'
import { type Looked, notYetWatched, type Watching, watchedAfter } from '../../core/traffic/watch/watching.ts'
import type { Log } from '../command/context.ts'
import type { Watched } from '../deploy/ledger/watched.ts'
import { lookSettings } from '../drift/look-settings.ts'
import { type Sources, seenBy } from '../drift/sources.ts'
import { type CanaryWatcher, canaryWatcherOf } from './canary-watcher.ts'
import { type SlowWatcher, slowWatcherOf } from './slow-watcher.ts'
import { type TakenBackWatcher, takenBackWatcherOf } from './taken-back-watcher.ts'

/** Looks at all that serves, again and again. One that cannot be looked at keeps no other from it. */
export interface Watcher {
  /** In the order of the deploy repository. */
  all(): readonly Watching[]
  /** Those in progress, in the same order. */
  canaries(): readonly CanaryWatching[]
  /** For a page of a canary that is open, between the rounds. */
  show: CanaryWatcher['show']
  glance: CanaryWatcher['glance']
  /** What a canary that begins in a place would take for slow; undefined where none would. */
  slow: SlowWatcher['of']
  /** What was taken back lately in a place, and what still comes to it. */
  takenBack: TakenBackWatcher['of']
  /** What is to be known of the whole: that the deploy repository cannot be read, and why; `briefly`: without naming any file of it. */
  notes(how?: 'briefly'): readonly string[]
  /** One round. @throws AssayError in the first one, where the deploy repository cannot be read */
  look(): Promise<void>
}

export interface WatcherOf {
  readWatched(): Promise<Watched[]>
  /** Throws AssayError where it cannot be asked. */
  sources(of: Watched): Sources | undefined
  now(): number
  log: Pick<Log, 'info' | 'warn'>
  /** Aborted where it is to end: what is asked then has no answer, and is no fault. */
  signal?: AbortSignal
}

export function watcherOf({ readWatched, sources, now, log, signal }: WatcherOf): Watcher {
  let known: readonly Watched[] = []
  let readAt: number | undefined
  let unread: { words: string; why: string } | undefined
  let states = new Map<string, Watching>()
  const canaries = canaryWatcherOf({ sources, now, log, signal })
  const slows = slowWatcherOf({ sources, now, log, signal })
  const backs = takenBackWatcherOf({ sources, now, log, signal })

  async function read(): Promise<void> {
    const isFresh = readAt !== undefined && now() - readAt < REREAD_MS && !known.some(isComingUp)
    if (isFresh && unread === undefined) return
    try {
      known = await readWatched()
      readAt = now()
      unread = undefined
    } catch (error) {
      if (readAt === undefined || !(isAssayError(error) || isFault(error))) throw error
      const why = isAssayError(error)
        ? error.problems.map(({ what }) => what).join('; ')
        : shortened(visible(faultWords(error)), 200)
      const words = `The deploy repository cannot be read: what serves is as it was at ${minuteWords(readAt)}.`
      if (unread === undefined) log.warn(`${words} ${why}`)
      unread = { words, why }
    }
    const next = known.map((one): [string, Watching] => {
      const key = keyOf(one)
      return [key, states.get(key) ?? notYetWatched(one, lookSettings(one.drift ?? Drift.parse({})).budget)]
    })
    states = new Map(next)
    slows.keep(known)
    backs.keep(known)
  }

  async function lookAt(one: Watched): Promise<void> {
    const settings = lookSettings(one.drift ?? Drift.parse({}))
    const at = now()
    const of = {
      model: one.model,
      environment: one.environment,
      ...(one.release !== undefined && { release: one.release }),
    }
    const { verdict, asOf, breakage = NONE } = await seenNow(one, of, settings, at)
    const before = states.get(keyOf(one))!
    const looked = {
      verdict: { ...verdict, ...of },
      breakage,
      minutes: settings.minutes,
      now: at,
      ...(asOf !== undefined && { asOf }),
    }
    const { watching, change } = watchedAfter(before, looked)
    states.set(keyOf(one), watching)
    say(log, watching, change)
  }

  async function seenNow(
    one: Watched,
    of: { model: string; environment: string; release?: string },
    { minutes, budget, volume }: ReturnType<typeof lookSettings>,
    at: number,
  ): Promise<Pick<Looked, 'verdict'> & Partial<Pick<Looked, 'asOf' | 'breakage'>>> {
    const { profile } = one
    const unseen = (why: string) => ({ verdict: unseenVerdict(one.model, why, budget) })
    if ('failed' in profile) return unseen(profile.failed)
    try {
      const source = sources(one)
      if (!source)
        return unseen(
          `neither \`--collector\` nor \`--prometheus\` is named, nor does assay-deploy.yml name one`,
        )
      const { requests } = one
      const told = await seenBy(source, { of, profile, minutes, requests, volume, now: at })
      const verdict = judgeSeen({ profile, ...told, settings: { budget }, now: at })
      const { seen } = told
      if ('failed' in seen) return { verdict }
      const { asOf, windows } = seen
      return {
        verdict,
        ...(asOf !== undefined && { asOf }),
        ...(windows.breakage && { breakage: shortOf(profile, windows.breakage) }),
      }
    } catch (error) {
      signal?.throwIfAborted()
      if (isAssayError(error)) return unseen(error.problems.map(({ what }) => what).join('; '))
      const { name = typeof error } = error as { name?: string }
      log.warn(`a fault of Assay at ${one.model} in ${one.environment} (${name})`)
      return unseen(`a fault of Assay (${name})`)
    }
  }

  return {
    all: () => [...states.values()],
    canaries: canaries.all,
    show: canaries.show,
    glance: canaries.glance,
    slow: slows.of,
    takenBack: backs.of,
    notes: how =>
      unread === undefined ? [] : [how === 'briefly' ? unread.words : `${unread.words} ${unread.why}`],
    async look() {
      await read()
      await canaries.keep(known)
      const waiting = [...known]
      const next = async (): Promise<void> => {
        for (let one = waiting.shift(); one; one = waiting.shift()) {
          await lookAt(one)
          await canaries.look(one)
          await slows.look(one)
          await backs.look(one)
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, next))
    },
  }
}

// --- internal ---

/** A release that is promoted is looked at after so long. */
const REREAD_MS = 5 * 60_000
const AT_ONCE = 8
const NONE: Watching['breakage'] = new Map()

/** Its evidence begins once it is live. */
function isComingUp({ seen, takenBack }: Watched): boolean {
  return [seen?.live, takenBack?.live].some(live => live !== undefined && 'not' in live)
}

function keyOf({ model, environment }: Pick<Watched, 'model' | 'environment'>): string {
  return `${model} ${environment}`
}

/** The window of breakage in numbers: it is judged with that of shift, and shows earlier what is to come. */
function shortOf(profile: ModelProfile, window: SeenWindow): Watching['breakage'] {
  const features = trafficFeatures(profile)
  const { features: counted } = wholeCounts(features, window)
  return new Map(
    features.flatMap((feature): [string, { rows: number; psi: number }][] => {
      const live = counted.get(feature.name)
      if (!live) return []
      const rows = live.reduce((sum, count) => sum + count, 0)
      const reference = referenceCounts(feature)
      const isNone = rows === 0 || reference.every(count => count === 0)
      return [[feature.name, { rows, psi: isNone ? 0 : stabilityIndex(reference, live).psi }]]
    }),
  )
}

function say(
  log: Pick<Log, 'info'>,
  { model, environment, verdict }: Watching,
  { begun, ended }: AlarmChange,
): void {
  for (const { kind, level } of begun)
    log.info(`${model} in ${environment}: an alarm begins: ${kind} (${level}), ${verdict.state}`)
  for (const { kind } of ended) log.info(`${model} in ${environment}: an alarm has ended: ${kind}`)
}
