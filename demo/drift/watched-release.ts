import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments, parseDocument, stringify } from 'yaml'
import { DEPLOY_REPO, DEVELOPER, MODEL, OWNER } from '../cast.ts'
import { DemoError } from '../demo-error.ts'
import type { Github } from '../emulator.ts'

/** What a promotion wrote into the deploy repository so that the release is watched. */
export interface WatchedRelease {
  /** Variables of its servers. */
  variables: Record<string, string>
  /** Files of the ConfigMap that the collector mounts. */
  profile: Record<string, string>
  /** Text of a file of rules, as the operator of Prometheus makes it of the PrometheusRule. */
  rules: string
}

/** The configuration of the deploy repository, with what watches late-flights over a window such as `1m`. */
export function watchedConfig(text: string, collector: string, window: string): string {
  const document = parseDocument(text)
  document.setIn(['drift'], document.createNode({ windows: { breakage: '1m', shift: window } }))
  document.setIn(
    ['environments', 'production', 'watch'],
    document.createNode({ profile: true, events: collector, rules: 'verdicts' }),
  )
  return document.toString({ lineWidth: 0 })
}

/** Reads it as Argo CD would apply it. */
export async function readWatchedRelease(github: Github): Promise<WatchedRelease> {
  const path = `apps/${MODEL}/overlays/production/model-watch.yaml`
  const asked = github.as(DEVELOPER).rest.repos.getContent({ owner: OWNER, repo: DEPLOY_REPO, path })
  const { data } = await asked.catch(cause => {
    throw new DemoError(`The promotion wrote no ${path}.`, 'Look at champion.log: was it released?', {
      cause,
    })
  })
  const text = 'content' in data ? Buffer.from(data.content, 'base64').toString('utf8') : ''
  const objects = parseAllDocuments(text).map(one => one.toJS() as KubernetesObject)
  const named = (kind: string, name: string) => {
    const found = objects.find(one => one.kind === kind && one.metadata.name === name)
    if (!found)
      throw new DemoError(`The promotion wrote no ${kind} ${name} into ${path}.`, 'Look at champion.log.')
    return found
  }
  return {
    variables: named('ConfigMap', `assay-${MODEL}`).data ?? {},
    profile: named('ConfigMap', `assay-profile-${MODEL}`).data ?? {},
    rules: stringify(named('PrometheusRule', `assay-${MODEL}`).spec),
  }
}

/** Puts the files where a cluster would mount them. */
export async function mount(folder: string, files: Record<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
}

// --- internal ---

interface KubernetesObject {
  kind: string
  metadata: { name: string }
  data?: Record<string, string>
  spec?: object
}
