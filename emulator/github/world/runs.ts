import type { ServerResponse } from 'node:http'

/** A run of a workflow. */
export interface Run {
  id: number
  repository: string
  /** Another one where a pull request comes from a fork. */
  headRepository: string
  headBranch: string
  headSha: string
  event: string
  /** Path of the workflow's file. */
  path: string
  attempt: number
  number: number
  status: 'queued' | 'in_progress' | 'completed'
  conclusion: string | null
  actor: string
  createdAt: string
  /** Of this attempt. */
  startedAt: string
  updatedAt: string
  /** What a dispatch gave it. */
  inputs: Record<string, unknown>
}

/** A file that a run left. */
export interface Artifact {
  id: number
  run: Run
  name: string
  /** A zip, or the file itself. */
  bytes: Buffer
  contentType: string
  expired: boolean
  createdAt: string
  /** Writes the body in place of the bytes: as slow and as long as a test wants. */
  serve?: (response: ServerResponse) => void
}

/** Where artifacts lie: a host of its own, which takes no token. */
export interface Storage {
  url: string
  /** Every request that came, with the token that it should not have brought. */
  requests: { path: string; authorization: string | undefined }[]
  /** Milliseconds that a link lives: GitHub's live about a minute. */
  linkLife: number
  linkTo(artifact: Artifact): string
  close(): void
}
