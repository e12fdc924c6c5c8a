import type { Refusal } from './forge.ts'

/** What the forge shows as deployed where: Deployments on one forge, Environments on another. */
export interface Deployments {
  /** One for each environment, commit and task: looked for before it is made, and only written where its state is another. */
  record(deployment: Deployment): Promise<undefined | Refusal>
}

export interface Deployment {
  environment: string
  commit: string
  branch: string
  /** Which model: several share an environment. */
  task: string
  state: 'running' | 'success' | 'failed'
  url?: string
  description: string
}
