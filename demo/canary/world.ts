import type { Bot } from '../bot.ts'
import type { Programs } from '../live/programs.ts'
import type { Stage } from '../stage.ts'
import type { Cluster } from './cluster.ts'
import type { Images } from './images.ts'
import type { Splitter } from './splitter.ts'
import type { Users } from './users.ts'

/** All that runs while releases enter in steps. */
export interface World extends Stage {
  programs: Programs
  images: Images
  splitter: Splitter
  cluster: Cluster
  users: Users
  bot: Bot
  /** Addresses. The token opens the collector and the page of `assay watch`. */
  collector: string
  watch: string
  token: string
}
