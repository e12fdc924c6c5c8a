import { appPermissions } from '../../../bot/setup/manifest.ts'
import type { Deliver } from '../../../emulator/github/world/deliveries.ts'
import type { Upstream } from '../../../emulator/github/world/world.ts'
import { type EmulatedGithub, startGithub } from '../../../emulator/github.ts'
import { mergeRules } from '../../../emulator/github-merges.ts'
import type { Permissions } from '../../../src/commands/bot/world.ts'
import { promoteModel } from '../../../src/commands/deploy/promote/promote-model.ts'
import { githubClient } from '../../../src/forges/github/client.ts'
import { githubDeployRepository } from '../../../src/forges/github/deploy-repository.ts'
import { githubForge } from '../../../src/forges/github/forge.ts'
import { deployFiles } from '../../commands/deploys.ts'
import { UNTIMED } from '../../support/faults.ts'
import { release } from '../../support/releases.ts'
import { difference, metric, result } from '../../support/results.ts'
import { SECRET } from '../deliveries.ts'
import type { StartStoryBot, StoryBot } from './bots.ts'

/**
 * A model from its pull request to production, as people and CI go through it. Whoever waits for the bot waits as people do: some
 * minutes, and again; what the bot is not needed for happens without waiting. Two stories of one process have the same commits.
 */
export interface Story {
  github: EmulatedGithub & { state: Upstream }
  bots: StoryBot[]
  /** Starts one more bot of the App. */
  join(start: StartStoryBot): Promise<StoryBot>
  /** Webhooks go to this bot from now on. */
  hookTo(bot: StoryBot): void
  /** The whole story, step by step. */
  tell(): Promise<void>
  /** Lets time pass until the bot writes nothing more: how often it had to. */
  reconcile(): Promise<number>
  settled(): Promise<void>
  /** Requests of the App's installations that write. */
  writes(): string[]
  close(): Promise<void>
}

export interface StoryOptions {
  deliver?: Deliver
  /** What is granted to the App; all that it asks for, where nothing is said. */
  permissions?: Permissions
  /** Whoever waits an hour in vain goes on without the bot, in place of an error. */
  goesOn?: boolean
  /** Called before each step with its name. */
  onStep?: (name: string, story: Story) => Promise<void> | void
  /** Before anything is asked whether all is quiet: what was held back goes on. */
  release?: () => Promise<boolean>
}

export async function openStory(options: StoryOptions = {}): Promise<Story> {
  let now = START
  const { deliver, permissions = appPermissions(), goesOn = false } = options
  const [theApp] = SEED.apps
  const seed = { ...SEED, apps: [{ ...theApp!, permissions }] }
  const github = await startGithub(seed, undefined, { now: () => now, ...(deliver && { deliver }) })
  const app = github.world.apps[0]!
  const bots: StoryBot[] = []
  const ada = githubClient({ token: TOKEN_OF_ADA, apiUrl: github.url, safety: UNTIMED })

  const story: Story = {
    github,
    bots,
    async join(start) {
      const bot = await start(
        {
          ASSAY_BOT_APP_ID: app.clientId,
          ASSAY_BOT_PRIVATE_KEY: app.privateKey,
          ASSAY_BOT_WEBHOOK_SECRET: SECRET,
          ASSAY_BOT_GITHUB_API_URL: github.url,
          ASSAY_BOT_GITHUB_URL: github.url,
          HOST: '127.0.0.1',
          PORT: '0',
        },
        now,
      )
      bots.push(bot)
      if (bots.length === 1) story.hookTo(bot)
      return bot
    },
    hookTo({ port }) {
      github.control.hook('assay', { url: `http://127.0.0.1:${port}/hooks/github`, secret: SECRET })
    },
    async tell() {
      for (const [at, { name, act }] of STEPS.entries()) {
        await options.onStep?.(name, story)
        now = Math.max(now, START + (at + 1) * BETWEEN_STEPS)
        for (const bot of bots) await bot.moveTo(now)
        mergeRules(github.state).at = new Date(START + (at + 1) * BETWEEN_STEPS).toISOString()
        await act(scene)
        await story.settled()
      }
    },
    async reconcile() {
      for (let rounds = 0; ; rounds++) {
        const before = story.writes().length
        await pass(HOUR)
        if (story.writes().length === before) return rounds
      }
    },
    async settled() {
      const isBusy = async () => (await Promise.all(bots.map(bot => bot.isBusy()))).some(Boolean)
      for (let quiet = 0; quiet < 2; ) {
        const released = (await options.release?.()) ?? false
        const busy = released || github.world.pending.size > 0 || (await isBusy())
        quiet = busy ? 0 : quiet + 1
        if (busy) await new Promise(resolve => setTimeout(resolve, 3))
      }
    },
    writes: () =>
      github.world.requests
        .filter(({ as, writes }) => as === 'installation' && writes)
        .map(({ method, path, operation, status }) => `${method} ${path} ${operation ?? ''} ${status}`),
    async close() {
      for (const bot of bots) await bot.stop()
      await github.close()
    },
  }

  async function pass(milliseconds: number): Promise<void> {
    now += milliseconds
    await Promise.all(bots.map(bot => bot.passTo(now)))
    await story.settled()
  }

  const scene: Scene = {
    github,
    rest: ada.rest,
    now: () => now,
    pass,
    async until(wanted, what) {
      await story.settled()
      for (let waited = 0; !(await wanted()); waited += 5) {
        if (waited >= 60 && goesOn) return
        if (waited >= 60)
          throw new Error(`nobody waits an hour until ${what}\n${bots.map(bot => bot.log()).join('\n')}`)
        await pass(5 * MINUTE)
      }
    },
    async release(commit, repository = 'acme/model', number = 1) {
      const made = release(number, 'fraud', {
        commit,
        version: `2026-05-0${number}-${commit.slice(0, 7)}`,
        repository: `https://forge.example/${repository}`,
      })
      const access = {
        repository: githubDeployRepository(ada, 'acme/deploy'),
        forge: githubForge(ada, 'acme/deploy'),
        close: async () => {},
      }
      const world = {
        env: {},
        ci: { name: 'a CI' },
        now: () => now,
        log: { info() {}, warn() {}, raw() {}, live() {}, group: (_: string, body: () => never) => body() },
        signal: new AbortController().signal,
        version: '0.0.0-test',
      }
      const address = { kind: 'forge', repository: 'acme/deploy', namedBy: 'job' } as const
      const deploy = { address, name: 'acme/deploy', branch: 'main' }
      // What goes on from there is the bot's.
      const options = { model: 'fraud', candidates: [made], environment: 'staging', dryRun: false }
      await promoteModel(world, access, deploy, options)
    },
  }
  await prepare(scene)
  return story
}

/** What people and their code write in the story. */
export const WRITTEN = {
  title: 'canary-title-1729',
  comment: 'canary-comment-6174',
  artifact: 'canary-artifact-4104',
  commit: 'canary-commit-2870',
}

// --- internal ---

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const BETWEEN_STEPS = 75 * MINUTE
const SOAK = 150 * MINUTE
const TOKEN_OF_ADA = 'token-of-ada'
/** One for all stories of a process: their commits are the same. */
const START = Math.floor(Date.now() / HOUR) * HOUR
const MODEL = { owner: 'acme', repo: 'model' }
const DEPLOY = { owner: 'acme', repo: 'deploy' }

/** What a step works with. */
interface Scene {
  github: EmulatedGithub & { state: Upstream }
  /** Ada's. */
  rest: ReturnType<typeof githubClient>['rest']
  now(): number
  pass(milliseconds: number): Promise<void>
  /** Waits as people do. */
  until(wanted: () => Promise<boolean>, what: string): Promise<void>
  /** The job on the default branch releases its commit. */
  release(commit: string, repository?: string, number?: number): Promise<void>
}

const GATES = `metrics: metrics.json
    gates:
      - { metric: roc_auc, at_least: 0.6 }
      - { metric: accuracy, not_worse_than: champion, margin: 0.005 }`

/** Two models, one of which is deployed. */
const CONFIG = `models:
  fraud:
    deploy: acme/deploy
    ${GATES}
  churn:
    ${GATES}
`

const DEPLOY_CONFIG = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
from: acme/model
environments:
  staging: {}
  production: { after: staging, soak: 150m }
`

const METRICS = [
  metric('roc_auc', [0.6196, 0.6429], difference(0.0233, 0.007, 0.0395), {
    gated: true,
    candidate: { value: 0.6429, interval: { low: 0.62, high: 0.663, level: 0.95 } },
  }),
  metric('accuracy', [0.7379, 0.739], difference(0.0011, -0.0045, 0.0068), { gated: true }),
]

/** Steps in their order; each at a time of its own, hours after the last. */
const STEPS: { name: string; act(scene: Scene): Promise<void> }[] = [
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
]

async function prepare(scene: Scene): Promise<void> {
  mergeRules(scene.github.state).at = new Date(START).toISOString()
  await write(scene, 'model', { 'assay.yml': CONFIG })
  const { 'README.md': _, ...files } = deployFiles('fraud', DEPLOY_CONFIG) as Record<string, string>
  await write(scene, 'deploy', files)
}

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

async function merge(scene: Scene, environment: string): Promise<void> {
  const branch = `assay/promote/${environment}/fraud`
  await scene.until(async () => (await pullOf(scene, DEPLOY, branch)) > 0, `${environment} is proposed`)
  const number = await pullOf(scene, DEPLOY, branch)
  if (number > 0) await scene.rest.pulls.merge({ ...DEPLOY, pull_number: number })
}

const SEED = {
  users: ['ada', 'eve'].map(login => ({ login })),
  organisations: [{ login: 'acme', name: 'Acme', members: ['ada'] }],
  repositories: [
    { owner: 'acme', name: 'deploy', auto_init: false, private: true },
    { owner: 'acme', name: 'model', auto_init: false, private: true },
  ],
  tokens: { [TOKEN_OF_ADA]: { login: 'ada' } },
  apps: [
    {
      id: 77,
      slug: 'assay',
      clientId: 'Iv23assay',
      clientSecret: '7be1a90c53f24d86e0b12c9a44f7d3586a91c0de',
      events: ['push', 'pull_request', 'pull_request_review', 'check_suite', 'issue_comment', 'workflow_run'],
      installations: [{ id: 1, account: 'acme' }],
    },
  ],
}
