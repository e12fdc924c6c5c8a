import type { App } from './apps.ts'

/** One of GitHub's roles, or one that an organisation made on top of one of them. */
export type Role = BaseRole | { name: string; base: BaseRole }

export type BaseRole = 'read' | 'triage' | 'write' | 'maintain' | 'admin'

/** A person or an App's bot. */
export interface Sender {
  login: string
  id: number
  type: string
}

/** A code that a person's browser brought back, good for one exchange. */
export interface Grant {
  app: App
  login: string
  redirectUri: string | null
  challenge: string | null
  /** Milliseconds. */
  until: number
}

/** A token that acts for a person, as far as both the person and the App may. */
export interface UserToken {
  app: App
  login: string
  /** Milliseconds. */
  expiresAt: number
}
