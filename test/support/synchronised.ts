import type { ReleaseRecord } from '../../src/core/release/record.ts'
import { type Json, world } from './argo-world.ts'
import type { ArgoCdDouble } from './argocd.ts'

/** Argo CD has synchronised a commit of a deploy repository into an environment, and the pods have the image of a release. */
export function synchronise(
  argo: ArgoCdDouble,
  { model, image }: Pick<ReleaseRecord, 'model' | 'image'>,
  place: { environment: string; repository: string; revision: string },
  change: (application: Json) => void = () => {},
): void {
  const { environment, repository, revision } = place
  const name = `${model}-${environment}`
  const { application, live } = world(one => {
    one.application.metadata.name = name
    one.application.spec.source.repoURL = `${repository}.git`
    one.application.spec.source.path = `apps/${model}/overlays/${environment}`
    one.application.status.sync.comparedTo.source = { ...one.application.spec.source }
    one.application.status.sync.revision = revision
    one.application.status.operationState.syncResult.revision = revision
    one.live[0].spec.template.spec.containers[0].image = `${image!.name}@${image!.digest}`
  })
  change(application)
  argo.applications.set(name, { application, live })
}
