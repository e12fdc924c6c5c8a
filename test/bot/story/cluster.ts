import { askBehind } from '../../../emulator/github/behind.ts'
import type { EmulatedGithub } from '../../../emulator/github.ts'
import { world } from '../../support/argo-world.ts'
import { type ArgoCdServer, argoCdServer } from '../../support/argocd.ts'

/**
 * The Argo CD of the stories. It has what lies on `main` of the deploy repository as soon as it is asked, and its pods are ready a few
 * questions later.
 */
export async function openCluster(github: EmulatedGithub): Promise<ArgoCdServer> {
  const argo = await ofProcess()
  argo.clear()
  const { world: forge, url } = github
  const questions = new Map<string, number>()
  argo.onAsked = async (name, below) => {
    const [model = '', environment = ''] = name.split('-')
    const path = `apps/${model}/overlays/${environment}`
    const at = '/repos/acme/deploy'
    const { object } = await askBehind(forge, 'GET', `${at}/git/ref/heads/main`)
    const file = await askBehind(forge, 'GET', `${at}/contents/${path}/kustomization.yaml?ref=${object.sha}`)
    const [, image = '', digest = ''] =
      /newName: (\S+)\n\s+digest: (sha256:\w+)/.exec(Buffer.from(file.content, 'base64').toString()) ?? []
    const served = argo.applications.get(name) ?? applicationOf(name, `${url}/acme/deploy.git`, path)
    argo.applications.set(name, served)
    const asked =
      below === undefined ? (questions.get(name + digest) ?? 0) + 1 : questions.get(name + digest)!
    questions.set(name + digest, asked)
    const { status } = served.application
    status.sync.revision = object.sha
    status.operationState.syncResult.revision = object.sha
    status.health.status = asked > QUESTIONS_UNTIL_READY ? 'Healthy' : 'Progressing'
    served.live[0].spec.template.spec.containers[0].image = `${image}@${digest}`
  }
  return argo
}

// --- internal ---

const QUESTIONS_UNTIL_READY = 3

/** One for all stories of a process: its address stands in the deploy repository, whose commits are the same in all. */
let known: Promise<ArgoCdServer> | undefined

function ofProcess(): Promise<ArgoCdServer> {
  known ??= (async () => {
    const argo = argoCdServer()
    await argo.listen()
    return argo
  })()
  return known
}

function applicationOf(name: string, repoURL: string, path: string) {
  const { application, live } = world(({ application: { metadata, spec, status } }) => {
    metadata.name = name
    Object.assign(spec.source, { repoURL, path })
    status.sync.comparedTo.source = { ...spec.source }
  })
  return { application, live }
}
