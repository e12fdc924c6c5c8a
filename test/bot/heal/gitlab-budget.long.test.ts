import { beforeAll, describe, expect, it } from 'vitest'
import { type DeployScene, deployFiles, useDeploys } from '../../commands/deploys.ts'
import { useGitlab } from '../../support/gitlab.ts'
import { release } from '../../support/releases.ts'
import { useGitlabBot } from '../gitlab-bot.ts'

/** What the bot asks GitLab in an hour, of a deploy project with some models that each serve in staging and wait for an approval in production. */

const HOUR = 3_600_000
const MODELS = 5
const CONFIG = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
environments:
  staging: { merge: auto }
  production: { after: staging }
models:
${Array.from({ length: MODELS }, (_, at) => `  model-${at}: { from: acme/late-flights }\n`).join('')}`
const modelAt = (at: number) => `model-${at}`

const gitlab = useGitlab()
const deploys = useDeploys()
let deploy: DeployScene
const scene = useGitlabBot(gitlab, async () => {
  deploy = await deploys.onGitlab(gitlab, CONFIG)
  const files = Array.from({ length: MODELS }, (_, at) => {
    const { 'README.md': _r, 'assay-deploy.yml': _c, ...own } = deployFiles(modelAt(at))
    return own
  })
  await deploy.place.push('main', Object.assign({}, ...files), { message: 'models' })
  for (let at = 0; at < MODELS; at++) await letIn(at, 1)
  return {}
})

function letIn(at: number, number: number) {
  const made = release(number, modelAt(at), { verdict: 'pass' })
  return deploy.promote([made], { model: modelAt(at), environment: 'staging' })
}

/** The calls of an hour that concern the project, by what they ask for. */
async function hour(): Promise<Record<string, number>> {
  gitlab.requests.length = 0
  await scene.pass(HOUR)
  const project = encodeURIComponent(deploy.place.project!)
  const counts: Record<string, number> = {}
  for (const { path } of gitlab.requests) {
    const [, asked] = path.split('?')[0]!.split(project)
    const one = asked ?? ['/git-upload-pack', '/graphql'].find(part => path.includes(part))
    if (one === undefined) continue
    const name = one.replace(/[0-9a-f]{40}|\d+/g, 'N').replace(/\/(branches|files)\/.*/, '/$1/…')
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}
const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, one) => all + one, 0)

beforeAll(async () => {
  // Nothing is new any more; what is under way meanwhile is not waited for.
  await scene.clock.pass(96 * HOUR)
  await scene.pass(HOUR)
})

describe('an hour of a deploy project on GitLab', () => {
  it('in which nothing happens asks for what can have changed, and for nothing that was read before', async () => {
    const counts = await hour()
    // The merge requests of all in one list, and of each that waits its status.
    expect(counts).toMatchObject({ '/graphql': 1, '/repository/commits/N/statuses': MODELS })
    expect(Object.keys(counts).filter(name => name.startsWith('/merge_requests'))).toEqual([])
    // Its branches in one list; no folder, no file of theirs, nothing that they have been through.
    expect(counts['/git-upload-pack']).toBe(1)
    expect(Object.keys(counts)).not.toContain('/repository/tree')
    expect(Object.keys(counts)).not.toContain('/repository/commits')
    const ofProject = sum(counts) - MODELS
    expect(ofProject).toBeLessThanOrEqual(15)
    // Of 20 projects with 10 models each, twelve rounds of two calls, and lists of projects and hooks.
    expect(20 * (ofProject + 10) + 12 * 2 + 25).toBeLessThan(600)
  })

  it('in which a model gets a release reads what is new of that one alone', async () => {
    const idle = sum(await hour())
    expect(await letIn(0, 2)).toEqual([expect.stringContaining('was merged')])
    const { projects } = gitlab.double.state()
    projects[deploy.place.project!]!.activeAt = new Date(scene.clock.now()).toISOString()
    const counts = await hour()
    // What lies on the way to its files in two environments, as they were and as they are.
    expect(counts['/repository/tree']).toBeLessThanOrEqual(15)
    expect(counts['/repository/files/…']).toBeLessThanOrEqual(8)
    // What a model has been through is asked for at a new commit, of each.
    expect(counts['/repository/commits']).toBeLessThanOrEqual(2 * MODELS + 4)
    // Each round looks at a project in which something went on; and it is looked at twice.
    expect(sum(counts)).toBeLessThanOrEqual(idle + 12 * 4 + 12 * MODELS)
  })
})
