import { expect } from 'vitest'
import type { Files } from '../forges/deploy-places.ts'
import type { ArgoCdDouble } from '../support/argocd.ts'
import { type GitlabServer, TOKEN } from '../support/gitlab.ts'
import type { MergeRequest } from '../support/gitlab-state.ts'
import { synchronise } from '../support/synchronised.ts'
import type { DeployScene, useDeploys } from './deploys.ts'

/** A deploy project on GitLab whose own CI moves a release through three environments. */
export interface DeployProject {
  scene: DeployScene
  config: string
  /** As its forge shows it. */
  url: string
  mergeRequests: MergeRequest[]
  /** Branch and state of each merge request. */
  proposals(): string[][]
  /** Argo CD shows the head of the project in an environment, and the pods have a release: the first, or another one for ever. */
  shows(environment: string, number?: number): Promise<void>
  /** Somebody approves it. */
  merge(request: MergeRequest): Promise<void>
}

/** Opens one with a release in its first environment, and these files beside. */
export async function openDeployProject(
  {
    gitlab,
    argo,
    deploys,
  }: { gitlab: GitlabServer; argo: ArgoCdDouble; deploys: ReturnType<typeof useDeploys> },
  files: Files,
): Promise<DeployProject> {
  const config = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
argocd: { server: '${argo.url}', project: ml }
environments:
  dev: { merge: auto }
  staging: { after: dev, merge: auto }
  production: { after: staging }
`
  const scene = await deploys.onGitlab(gitlab, config, ['dev', 'staging', 'production'])
  const { place } = scene
  await place.push('main', files)
  await scene.promote([scene.release(1)])
  const { mergeRequests } = gitlab.double.state().projects[place.project!]!
  const repository = `${gitlab.url.replace('/api/v4', '')}/${place.project}`
  return {
    scene,
    config,
    url: repository,
    mergeRequests,
    proposals: () => mergeRequests.map(({ source, state }) => [source, state]),
    async shows(environment, number = 1) {
      const revision = (await place.head('main'))!
      synchronise(argo, scene.release(number), { environment, repository, revision })
    },
    async merge({ iid }) {
      const { status } = await gitlab.double.send({
        method: 'PUT',
        target: `/api/v4/projects/${encodeURIComponent(place.project!)}/merge_requests/${iid}/merge`,
        headers: { 'private-token': TOKEN.maintainer },
        body: Buffer.from(''),
      })
      expect(status).toBe(200)
    },
  }
}
