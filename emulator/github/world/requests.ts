import type { App, InstallationToken } from './apps.ts'
import type { UserToken } from './people.ts'

/** What comes in and what goes out. */

export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

export interface Sent {
  method: string
  /** Path and query. */
  target: string
  path: string
  text: string
  body: unknown
  token: string
  host?: string
  accept?: string
  ifNoneMatch?: string
  /** A fresh token for each of many calls: the npm package counts each one's. */
  carrier?(): Promise<string>
  /** What an App's token may do; one of a person may do everything. */
  may?(repository: string, permission: string, level: 'read' | 'write'): 'yes' | 'no' | 'hidden'
}

/** Who asks. */
export type Caller =
  | { kind: 'nobody' }
  | { kind: 'person' }
  | { kind: 'app'; app: App }
  | { kind: 'installation'; token: InstallationToken }
  /** A person by way of an App. */
  | { kind: 'user'; token: UserToken }

/** A request as tests read it. */
export interface SeenRequest {
  /** Milliseconds. */
  at: number
  method: string
  /** With the query. */
  path: string
  /** What it asks of GraphQL. */
  operation?: string
  /** It changes something. Tokens are none of that. */
  writes: boolean
  host: string
  /** How it was authorised. */
  as: Caller['kind']
  installationId?: number
  status: number
  /** What it takes of the hourly limit. */
  points: number
  /** Whether it makes something that people are told of: GitHub limits these by the minute too. */
  makesContent: boolean
}
