import type { Upstream } from '../../../emulator/github/world/world.ts'
import type { EmulatedGithub } from '../../../emulator/github.ts'
import { mergeRules } from '../../../emulator/github-merges.ts'
import type { EmulatedSlack } from '../../../emulator/slack.ts'
import { TURN_MS } from '../../../src/forges/ensure/turn.ts'
import type { githubClient } from '../../../src/forges/github/client.ts'
import { deployFiles } from '../../commands/deploys.ts'
import { difference, metric, result } from '../../support/results.ts'
import type { StoryAlertmanager } from './alertmanager.ts'

/** What a step works with. */
export interface Scene {
  github: EmulatedGithub & { state: Upstream }
  /** Ada's. */
  rest: ReturnType<typeof githubClient>['rest']
  now(): number
  alertmanager: StoryAlertmanager
  /** What was posted. */
  slack: EmulatedSlack
  /** Of the Argo CD that the deploy repository names. */
  argocd: string
  pass(milliseconds: number): Promise<void>
  /** Waits as people do. */
  until(wanted: () => Promise<boolean>, what: string): Promise<void>
  /** The job on the default branch releases its commit. */
  release(commit: string, repository?: string, number?: number): Promise<void>
}

/** What people and their code write in the story. */
export const WRITTEN = {
  title: 'canary-title-1729',
  comment: 'canary-comment-6174',
  artifact: 'canary-artifact-4104',
  commit: 'canary-commit-2870',
}

/** Steps in their order; each at a time of its own, hours after the last. */
export const STEPS: { name: string; act(scene: Scene): Promise<void> }[] = [
  {
    name: 'a pull request is opened, and judged by its run',
    async act(scene) {
      const { rest } = scene
      const { data: main } = await rest.git.getRef({ ...MODEL, ref: 'heads/main' })
      await rest.git.createRef({ ...MODEL, ref: 'refs/heads/change', sha: main.object.sha })
      await write(scene, 'model', { 'train.py': 'print("otherwise")\n' }, 'change')
      await rest.pulls.create({
        ...MODEL,
        title: `Train otherwise ${WRITTEN.title}`,
        head: 'change',
        base: 'main',
      })
      await run(scene, 'change', 'pull_request')
    },
  },
  {
    name: 'somebody asks what serves',
    async act(scene) {
      await scene.until(async () => (await comments(scene)).length > 0, 'there is a verdict')
      await ask(scene, '/assay status')
    },
  },
  {
    name: 'it is merged, and released by the run on the default branch',
    async act(scene) {
      const { data } = await scene.rest.pulls.merge({
        ...MODEL,
        pull_number: await pullOf(scene, MODEL, 'change'),
      })
      await run(scene, 'main', 'push')
      await scene.release(data.sha)
    },
  },
  {
    name: 'the promotion into staging is merged',
    async act(scene) {
      await merge(scene, 'staging')
    },
  },
  {
    name: 'somebody asks for production before its time',
    async act(scene) {
      await ask(scene, `/assay promote production\n\n${WRITTEN.comment}`)
    },
  },
  {
    name: 'the soak is over, and the promotion into production is merged',
    async act(scene) {
      await scene.pass(SOAK)
      await merge(scene, 'production')
    },
  },
  {
    name: 'another repository releases a model of that name, and nothing comes of it',
    act: scene => scene.release('f'.repeat(40), 'acme/other', 2),
  },
  {
    name: 'somebody asks what serves now',
    act: scene => ask(scene, '/assay status'),
  },
  {
    name: 'its live data have moved away, and it is trained anew',
    async act(scene) {
      const { alertmanager } = scene
      alertmanager.fires({ assay_kind: 'shift', assay_environment: 'production' })
      await alertmanager.tell()
      await scene.until(async () => scene.slack.posted.length > 0, 'Slack is told')
      // Who is killed as it says so has its turn a while longer: nothing is noted before that is over.
      await scene.pass(2 * TURN_MS)
    },
  },
  {
    name: 'the retraining is merged',
    async act(scene) {
      const number = await retrainingOf(scene)
      if (number > 0) await scene.rest.pulls.merge({ ...MODEL, pull_number: number })
      await scene.until(async () => isSaid(scene, 'was merged'), 'Slack is told of the retraining')
    },
  },
  {
    name: 'that is over',
    async act(scene) {
      scene.alertmanager.isOver()
      await scene.alertmanager.tell()
      await scene.until(async () => isSaid(scene, 'Over: '), 'Slack is told that it is over')
    },
  },
]

/** What is there before the story begins. */
export async function prepare(scene: Scene): Promise<void> {
  mergeRules(scene.github.state).at = new Date(scene.now()).toISOString()
  await write(scene, 'model', { 'assay.yml': CONFIG })
  const { 'README.md': _, ...files } = deployFiles('fraud', deployConfig(scene.argocd)) as Record<
    string,
    string
  >
  await write(scene, 'deploy', files)
}

// --- internal ---

const SOAK = 150 * 60_000
const MODEL = { owner: 'acme', repo: 'model' }
const DEPLOY = { owner: 'acme', repo: 'deploy' }

const GATES = `metrics: metrics.json
    gates:
      - { metric: roc_auc, at_least: 0.6 }
      - { metric: accuracy, not_worse_than: champion, margin: 0.005 }`

/** Two models, one of which is deployed. */
const CONFIG = `models:
  fraud:
    deploy: acme/deploy
    retrain: { file: data/version.txt, value: 'after {champion}' }
    ${GATES}
  churn:
    ${GATES}
`

const deployConfig = (argocd: string) => `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
from: acme/model
environments:
  staging: { argocd: { server: '${argocd}', project: ml } }
  production: { after: staging, soak: 150m, argocd: { server: '${argocd}', project: ml } }
`

const METRICS = [
  metric('roc_auc', [0.6196, 0.6429], difference(0.0233, 0.007, 0.0395), {
    gated: true,
    candidate: { value: 0.6429, interval: { low: 0.62, high: 0.663, level: 0.95 } },
  }),
  metric('accuracy', [0.7379, 0.739], difference(0.0011, -0.0045, 0.0068), { gated: true }),
]

async function write(
  { rest, now }: Scene,
  repo: string,
  files: Record<string, string>,
  branch = 'main',
): Promise<void> {
  const by = { name: 'Ada', email: 'ada@example.com', date: new Date(now()).toISOString() }
  for (const [path, text] of Object.entries(files))
    await rest.repos.createOrUpdateFileContents({
      owner: 'acme',
      repo,
      path,
      branch,
      message: `add ${path} ${WRITTEN.commit}`,
      content: Buffer.from(text).toString('base64'),
      author: by,
      committer: by,
    })
}

/** A run of CI that leaves its result. */
async function run({ github, rest }: Scene, branch: string, event: string): Promise<void> {
  const { data } = await rest.git.getRef({ ...MODEL, ref: `heads/${branch}` })
  const headSha = data.object.sha
  const started = await github.actions.start({ repository: 'acme/model', headBranch: branch, headSha, event })
  const resultOf = (model: string) => {
    const { candidate, ...more } = result({ model, metrics: METRICS, notes: WRITTEN.artifact })
    return JSON.stringify({ ...more, candidate: { ...candidate, commit: headSha } })
  }
  const files = Object.fromEntries(['fraud', 'churn'].map(model => [`${model}/result.json`, resultOf(model)]))
  github.actions.upload(started, { name: 'assay-result', files })
  await github.actions.finish(started)
}

/** Writes a command below the pull request, and waits for its answer. */
async function ask(scene: Scene, body: string): Promise<void> {
  const number = await pullOf(scene, MODEL, 'change')
  const { data } = await scene.rest.issues.createComment({ ...MODEL, issue_number: number, body })
  const isAnswered = async () =>
    (await comments(scene)).some(one => one.includes(` reply-comment-${data.id}-to`))
  await scene.until(isAnswered, `${body} is answered`)
}

/** What the bot has said below the pull request. */
async function comments(scene: Scene): Promise<string[]> {
  const number = await pullOf(scene, MODEL, 'change')
  const { data } = await scene.rest.issues.listComments({ ...MODEL, issue_number: number, per_page: 100 })
  return data.filter(({ user }) => user?.login === 'assay[bot]').map(({ body = '' }) => body)
}

async function pullOf({ rest }: Scene, at: typeof MODEL, branch: string): Promise<number> {
  const { data } = await rest.pulls.list({ ...at, state: 'all', head: `acme:${branch}` })
  return data[0]?.number ?? 0
}

/** Merges a promotion, and waits until it is said to be live. */
async function merge(scene: Scene, environment: string): Promise<void> {
  const branch = `assay/promote/${environment}/fraud`
  await scene.until(async () => (await pullOf(scene, DEPLOY, branch)) > 0, `${environment} is proposed`)
  const number = await pullOf(scene, DEPLOY, branch)
  if (number === 0) return
  await scene.rest.pulls.merge({ ...DEPLOY, pull_number: number })
  const isLive = async () => {
    const { data } = await scene.rest.issues.listComments({ ...DEPLOY, issue_number: number })
    return data.some(({ body = '' }) => body.includes('is live'))
  }
  await scene.until(isLive, `${environment} is live`)
}

/** The pull request of the retraining; 0 where there is none. */
async function retrainingOf({ rest }: Scene): Promise<number> {
  const { data } = await rest.pulls.list({ ...MODEL, state: 'open' })
  return data.find(({ head }) => head.ref.startsWith('assay/retrain-fraud-'))?.number ?? 0
}

function isSaid({ slack }: Scene, words: string): boolean {
  return slack.posted.some(({ text }) => text.includes(words))
}
