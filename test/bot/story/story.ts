import { appPermissions } from '../../../bot/setup/manifest.ts'
import type { Deliver } from '../../../emulator/github/world/deliveries.ts'
import type { Upstream } from '../../../emulator/github/world/world.ts'
import { type EmulatedGithub, startGithub } from '../../../emulator/github.ts'
import { mergeRules } from '../../../emulator/github-merges.ts'
import { type EmulatedSlack, startSlack } from '../../../emulator/slack.ts'
import type { Permissions } from '../../../src/commands/bot/world.ts'
import { promoteModel } from '../../../src/commands/deploy/promote/promote-model.ts'
import { githubClient } from '../../../src/forges/github/client.ts'
import { githubDeployRepository } from '../../../src/forges/github/deploy-repository.ts'
import { githubForge } from '../../../src/forges/github/forge.ts'
import type { ArgoCdServer } from '../../support/argocd.ts'
import { UNTIMED } from '../../support/faults.ts'
import { release } from '../../support/releases.ts'
import { ALERT_TOKEN } from '../alert-scene.ts'
import { appSettings } from '../app-settings.ts'
import { SECRET } from '../deliveries.ts'
import { storyAlertmanager } from './alertmanager.ts'
import type { StartStoryBot, StoryBot } from './bots.ts'
import { openCluster } from './cluster.ts'
import { prepare, type Scene, STEPS } from './steps.ts'

/**
 * A model from its pull request to production, as people and CI go through it. Whoever waits for the bot waits as people do: some
 * minutes, and again; what the bot is not needed for happens without waiting. Two stories of one process have the same commits.
 */
export interface Story {
  github: EmulatedGithub & { state: Upstream }
  argo: ArgoCdServer
  slack: EmulatedSlack
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
  /** Whom a call of Alertmanager reaches; all, where nothing is said. */
  alertsTo?: (bots: readonly StoryBot[]) => readonly StoryBot[]
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
  const _app = github.world.apps[0]!
  const [argo, slack] = [await openCluster(github), await startSlack()]
  const bots: StoryBot[] = []
  const alertmanager = storyAlertmanager(() => options.alertsTo?.(bots) ?? bots)
  const ada = githubClient({ token: TOKEN_OF_ADA, apiUrl: github.url, safety: UNTIMED })

  const story: Story = {
    github,
    argo,
    slack,
    bots,
    async join(start) {
      const bot = await start(
        {
          ...appSettings(github),
          ASSAY_BOT_GITHUB_URL: github.url,
          ASSAY_BOT_ALERT_TOKENS: `${ALERT_TOKEN}=acme/model:fraud`,
          ASSAY_BOT_SLACK_TOKEN: slack.token,
          ASSAY_BOT_SLACK_CHANNEL: slack.channel,
          ASSAY_BOT_SLACK_API_URL: slack.apiUrl,
          ARGOCD_SERVER: argo.url,
          ARGOCD_AUTH_TOKEN: argo.token,
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
      await Promise.all([github.close(), slack.close()])
      if (argo.problems.length > 0) throw new Error(argo.problems.splice(0).join('\n'))
    },
  }

  async function pass(milliseconds: number): Promise<void> {
    now += milliseconds
    await Promise.all(bots.map(bot => bot.passTo(now)))
    await story.settled()
  }

  const scene: Scene = {
    github,
    slack,
    argocd: argo.url,
    alertmanager,
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
        await alertmanager.tell()
        await story.settled()
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

// --- internal ---

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const BETWEEN_STEPS = 75 * MINUTE
const TOKEN_OF_ADA = 'token-of-ada'
/** One for all stories of a process: their commits are the same. */
const START = Math.floor(Date.now() / HOUR) * HOUR

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
