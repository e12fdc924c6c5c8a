import type { App } from './apps.ts'
import type { Sender } from './people.ts'

export interface Repository {
  id: number
  name: string
  full_name: string
  default_branch: string
  owner: { login: string; id: number; type: string }
}

export interface CommitStatus {
  sha: string
  state: string
  context: string
  description: string
  target_url?: string
  created_at?: string
  /** Where it was written; one that does not say stands in all. */
  repository?: string
  creator?: { login: string }
}

/** Deployments, of which the emulator has none, by repository. */
export interface Deployment {
  id: number
  repository: string
  created_at: string
  sha: string
  environment: string
  task: string
  statuses: { id: number; state: string; description: string; log_url: string; created_at: string }[]
}

/** What somebody thinks of a comment, an issue or a pull request. */
export interface Reaction {
  id: number
  /** `acme/model issues/comments/12`. */
  about: string
  content: string
  user: Sender
  created_at: string
}

/** What is kept of a comment: the App it was written by, and when it was written and edited. */
export interface CommentNote {
  app?: App
  createdAt?: string
  editedAt?: string
}
