/** Who and what takes part. Nothing of it exists outside the emulator. */

export const OWNER = 'acme'
/** The model repository, and the one with the manifests that Argo CD would follow. */
export const MODEL_REPO = 'late-flights'
export const DEPLOY_REPO = 'deploy'
export const MODEL = 'late-flights'

export interface Person {
  login: string
  name?: string
  email?: string
  token: string
}

export const DEVELOPER: Person = {
  login: 'ada',
  name: 'Ada Airfield',
  email: 'ada@example.com',
  token: 'demo-token-of-ada',
}
/** Approves what enters production, by merging it. */
export const APPROVER: Person = {
  login: 'grace',
  name: 'Grace Gatewood',
  email: 'grace@example.com',
  token: 'demo-token-of-grace',
}
/** The token that a workflow gets as `github.token`: it reaches its own repository. */
export const WORKFLOW: Person = { login: 'github-actions[bot]', token: 'demo-token-of-the-workflow' }
/** An app installed in the deploy repository: the action's input `deploy-token`. */
export const DEPLOYER: Person = { login: 'acme-deploy[bot]', token: 'demo-token-of-the-app' }
