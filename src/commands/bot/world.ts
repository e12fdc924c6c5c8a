import type { ToldAlert } from '../../core/alerts/alert.ts'
import type { Noted } from '../../core/alerts/noted.ts'
import type { SlackWay } from '../../core/alerts/slack.ts'
import type { WatchedTraffic } from '../../core/page/traffic.ts'
import type { CanaryFact, CanaryUnknown } from '../../core/promotion/canary/canary-plan.ts'
import type { Slow, SlowUnknown } from '../../core/traffic/canary/slow.ts'
import type { AskedComesYet } from '../../core/traffic/canary/taken-back.ts'
import type { CanaryWatching } from '../../core/traffic/watch/canary-watching.ts'
import type { RepositoryConnection } from '../../forges/connection.ts'
import type { SlackSay } from '../../services/slack/slack.ts'
import type { World } from '../command/context.ts'
import type { SeenBranches } from './branches.ts'
import type { AlertKey, RepositoryName } from './keys.ts'
import type { Strangers } from './strangers.ts'

/** What the face of the bot hands to a look: the world, made once. There is no folder in it, and nothing is run. */
export interface BotWorld extends World {
  /**
   * The way to a repository with a token for it alone, and for what the look needs.
   *
   * @throws AssayError `BOT_NOT_INSTALLED`, `BOT_SUSPENDED`, `BOT_NO_PERMISSION` naming what is missing; those of the forge
   */
  open(repository: RepositoryName, rights: Rights): Promise<RepositoryConnection>
  /** What was told of alerts and no issue knows yet. */
  alerts?: ToldAlerts
  /** Absent: nothing is said in Slack. */
  slack?: Slack
  /** Deploy repositories in which nobody who was killed left a turn, by name: it is looked for once a process. */
  cleared?: Set<string>
  /**
   * Deploy repositories by the names of those in which environments of theirs stand: what happens there is looked at from here. What one
   * process has seen; another learns it with its first look.
   */
  homes?: Map<string, Set<string>>
  /** Those on which environments stand, as this process has seen. */
  branches?: SeenBranches
  /** What one process remembers of people who may write nowhere; absent where there is one look alone. */
  strangers?: Strangers
  /** Where the bot's page is; absent where nobody can be sent there. */
  pageUrl?: string
  /** Absent: nobody says how it stands with live traffic. */
  traffic?: TrafficSource
}

/** Verdicts on live traffic, of whoever makes them. */
export interface TrafficSource {
  /** All that it looks at of a deploy repository, or why nobody knows; never later than in some seconds. Undefined: it is of another. */
  read(repository: RepositoryName): Promise<WatchedTraffic> | undefined
  /** What it shows of a model there, in Markdown; undefined where that is not to be had now. */
  report(repository: RepositoryName, of: { model: string; environment: string }): Promise<string | undefined>
  /** What it says of a canary in progress there. */
  canary(
    repository: RepositoryName,
    of: { model: string; environment: string },
  ): Promise<CanaryFact | CanaryUnknown | undefined>
  /** All that its page shows of that canary, never older than some seconds; undefined where nothing is tried, or it looks at others. */
  shown(
    repository: RepositoryName,
    of: { model: string; environment: string },
  ): Promise<CanaryWatching | undefined>
  /** Before a canary begins: what it says of the answers of a release that serves there. */
  slow(
    repository: RepositoryName,
    of: { model: string; environment: string; release: string },
  ): Promise<Slow | SlowUnknown | undefined>
  /** What it says still comes to a release that was taken back there. */
  comesYet(
    repository: RepositoryName,
    of: { model: string; environment: string; release: string },
  ): Promise<AskedComesYet | undefined>
  /** Where people open it. */
  pageUrl: string
}

export interface ToldAlerts {
  /** The last of each that somebody waits for. */
  told(key: AlertKey): readonly ToldAlert[]
  /** Those of them that somebody waits for still, and that are told of as they were. */
  still(key: AlertKey, told: readonly ToldAlert[]): ToldAlert[]
  /**
   * These are in the issue now, or nothing of them has to be.
   *
   * @returns those that nobody waited for any more: whoever told of them believes that nobody knows of them
   */
  noted(key: AlertKey, told: readonly ToldAlert[]): ToldAlert[]
  /** It is of another key too, which is looked at then: whoever waits for it waits for both. */
  handOn(key: AlertKey, alert: ToldAlert, to: { key: AlertKey; alert: ToldAlert }): void
}

/** The way to Slack, where one is set up. */
export interface Slack extends SlackWay {
  say: SlackSay
  /** What was said and could not be written into the issue, by key: it must not be said again because of that. */
  unnoted: Map<string, NonNullable<Noted['slack']>>
}

/** Permissions by the names that forges' apps have for them. */
export type Permissions = Readonly<Record<string, 'read' | 'write'>>

/** What a look asks for. */
export interface Rights {
  /** Without one of these it cannot look at all. */
  needs: Permissions
  /** Taken where they are granted; what they are for is left out where not. */
  uses?: Permissions
}
