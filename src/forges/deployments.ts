import type { Refusal } from './forge.ts'
import { mayHaveHappened } from './forge-error.ts'

/** What the forge shows as deployed where: its environments page, and the merged pull request. */
export interface Deployments {
  /** Twice is as once: known by commit, environment and task. A token that may not is refused in words. */
  ensure(deployment: Deployment): Promise<undefined | Refusal>
}

export interface Deployment {
  environment: string
  commit: string
  branch: string
  /** Tells apart what is deployed from one commit into one environment, where the forge keeps it. */
  task: string
  state: 'running' | 'success' | 'failed'
  url?: string
  description: string
}

/** What is there already, or made now; a creation whose answer was lost is looked for before it is repeated once. */
export async function findOrCreate<T>(
  find: () => Promise<T | undefined>,
  create: () => Promise<T>,
): Promise<T> {
  const known = await find()
  if (known !== undefined) return known
  try {
    return await create()
  } catch (error) {
    if (!mayHaveHappened(error)) throw error
    return (await find()) ?? (await create())
  }
}
