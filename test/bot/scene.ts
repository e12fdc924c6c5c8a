import { afterAll, beforeAll } from 'vitest'
import { LONGEST_WAIT_MS } from '../../bot/alerts.ts'
import { readSettings } from '../../bot/settings/settings.ts'
import { appEvents, appPermissions } from '../../bot/setup/manifest.ts'
import { type Bot, startBot } from '../../bot/start.ts'
import type { Deliver } from '../../emulator/github/world/deliveries.ts'
import type { GithubSeed } from '../../emulator/github/world/seed.ts'
import { type Answering, type EmulatedGithub, startGithub } from '../../emulator/github.ts'
import { promoteModel } from '../../src/commands/deploy/promote/promote-model.ts'
import type { ReleaseRecord } from '../../src/core/release/record.ts'
import { githubClient } from '../../src/forges/github/client.ts'
import { githubDeployRepository } from '../../src/forges/github/deploy-repository.ts'
import { githubForge } from '../../src/forges/github/forge.ts'
import { deployFiles } from '../commands/deploys.ts'
import { UNTIMED } from '../support/faults.ts'
import { appSettings } from './app-settings.ts'
import { SECRET } from './deliveries.ts'

/** What the App is made with: all that is documented, and no more. */
export const PERMISSIONS = appPermissions()

/** Of the App. */
export const CLIENT_SECRET = '7be1a90c53f24d86e0b12c9a44f7d3586a91c0de'

/** Of a person who may do everything. */
export const PERSON = 'token-of-ada'
const OTHER = 'token-of-eve'

/** A GitHub with the App, and the bot of that App, in one process. */
export interface BotScene {
  github: EmulatedGithub
  bot: Bot
  /** Starts a second bot of the App, which hears of nothing. Whoever asks for it ends it. */
  another(): Promise<Bot>
  /** What the bot wrote to its log, parsed. */
  lines(): Record<string, unknown>[]
  log(): string
  /** A person's client. */
  ada: ReturnType<typeof githubClient>['rest']
  /** That of somebody who may write nowhere. */
  eve: ReturnType<typeof githubClient>['rest']
  /** The connection that a CI job of a person has. */
  deploy(name?: string): ReturnType<typeof connection>
  /** Commits files on `main` of a repository. */
  write(repo: string, files: Record<string, string>): Promise<void>
  /** What a CI job of the model's repository does, with a person's token: the release gets into staging. */
  letIn(made: ReleaseRecord): Promise<void>
  /** Nothing that waits for a time goes on while this works. */
  still<T>(work: () => Promise<T>): Promise<T>
  /** Lets so many milliseconds pass at once, and waits until nothing is under way any more. The forge's clock stays where it is. */
  pass(milliseconds: number): Promise<void>
  /** Begins what would begin within so many milliseconds, without letting them pass. */
  early(milliseconds: number): Promise<void>
  /** Whoever waits for a look to end has waited for as long as it may. */
  tooLong(): void
  /** When no delivery and no look is under way any more. */
  settled(): Promise<void>
}

interface BotOptions {
  deliver?: Deliver
  /** How the forge answers; default: as it is. */
  answer?: Answering
  env?: Record<string, string>
  /** Besides those that are there. */
  repositories?: GithubSeed['repositories']
  apps?: GithubSeed['apps']
}

export function useBot(options: BotOptions = {}): BotScene {
  const scene = {} as BotScene
  let text = ''
  let running = () => 0
  let isStill = false
  let passed = 0
  const timers = new Set<{ at: number; milliseconds: number; call: () => void }>()
  const late: (() => void)[] = []
  beforeAll(async () => {
    const seed = {
      ...SEED,
      repositories: [...SEED.repositories, ...(options.repositories ?? [])],
      apps: [...SEED.apps, ...(options.apps ?? [])],
    }
    const github = await startGithub(
      seed,
      options.answer,
      options.deliver ? { deliver: options.deliver } : {},
    )
    const _app = github.world.apps[0]!
    const env = {
      ...appSettings(github),
      HOST: '127.0.0.1',
      PORT: '0',
      METRICS_PORT: '0',
      ...options.env,
    }
    const start = () =>
      startBot({
        settings: readSettings(env),
        env: options.env ?? {},
        write: line => {
          text += line
        },
        clock: {
          now: () => Date.now() + passed,
          after(milliseconds, call) {
            const end = () => {
              clearTimeout(timer)
              timers.delete(pending)
            }
            const due = () => {
              end()
              if (isStill) late.push(call)
              else call()
            }
            const timer = passesByItself(milliseconds)
              ? setTimeout(due, realTime(milliseconds)).unref()
              : undefined
            const pending = { at: Date.now() + passed + milliseconds, milliseconds, call: due }
            timers.add(pending)
            return end
          },
        },
        safety: UNTIMED,
      })
    const bot = await start()
    github.control.hook('assay', { url: `http://127.0.0.1:${bot.port}/hooks/github`, secret: SECRET })
    const client = githubClient({ token: PERSON, apiUrl: github.url, safety: UNTIMED })
    running = () => {
      const { waiting, running } = bot.counts()
      return waiting + running + bot.rounds()
    }
    Object.assign(scene, {
      github,
      bot,
      another: start,
      lines: () =>
        text
          .trim()
          .split('\n')
          .map(line => JSON.parse(line)),
      log: () => text,
      ada: client.rest,
      eve: githubClient({ token: OTHER, apiUrl: github.url, safety: UNTIMED }).rest,
      deploy: (name = 'acme/deploy') => connection(client, name),
      write: (repo, files) => writeBy(client, repo, files),
      letIn: made => letInBy(client, made),
      async still(work) {
        isStill = true
        try {
          return await work()
        } finally {
          isStill = false
          for (const call of late.splice(0)) call()
        }
      },
      async pass(milliseconds) {
        passed += milliseconds
        await scene.early(0)
      },
      async early(milliseconds) {
        const until = Date.now() + passed + milliseconds
        for (const { at, call } of [...timers]) if (at <= until) call()
        await scene.settled()
      },
      tooLong() {
        for (const { milliseconds, call } of [...timers]) if (WAITS_FOR_LOOKS.has(milliseconds)) call()
      },
      async settled() {
        do {
          await github.settled()
          while (running() > 0) await new Promise(resolve => setTimeout(resolve, 5))
        } while (github.world.pending.size > 0)
      },
    } satisfies BotScene)
  })
  afterAll(async () => {
    await scene.bot.stop()
    await scene.github.close()
  })
  return scene
}

/** What people wait for, from a minute on, comes when a test says so, not when it is slow. */
function passesByItself(milliseconds: number): boolean {
  return milliseconds < 60_000
}

/** A tenth of a pause: nobody here waits for people. Whoever waits for looks waits as long as it says: they take their time. */
function realTime(milliseconds: number): number {
  return WAITS_FOR_LOOKS.has(milliseconds) ? milliseconds : milliseconds / 10
}

/** Of an answer to Alertmanager, and of a page that has nothing to show yet. */
const WAITS_FOR_LOOKS: ReadonlySet<number> = new Set([LONGEST_WAIT_MS, 20_000])

/** Files of the deploy repository of a model. */
export { deployFiles }

export const SEED = {
  users: ['ada', 'eve', 'wim', 'mia'].map(login => ({ login })),
  organisations: [
    { login: 'acme', name: 'Acme', members: ['ada'] },
    { login: 'globex', name: 'Globex', members: ['ada'] },
  ],
  repositories: [
    { owner: 'acme', name: 'deploy', auto_init: true, private: true },
    { owner: 'acme', name: 'model', auto_init: true, private: true },
    { owner: 'globex', name: 'deploy', auto_init: true, private: true },
  ],
  tokens: { [PERSON]: { login: 'ada' }, [OTHER]: { login: 'eve' } },
  apps: [
    {
      id: 77,
      slug: 'assay',
      clientId: 'Iv23assay',
      clientSecret: CLIENT_SECRET,
      permissions: PERMISSIONS,
      events: appEvents(),
      installations: [
        { id: 1, account: 'acme' },
        { id: 2, account: 'globex' },
      ],
    },
  ],
}

/** The connection of a person to a repository. */
export function connection(client: ReturnType<typeof githubClient>, name: string) {
  return {
    repository: githubDeployRepository(client, name),
    forge: githubForge(client, name),
    close: async () => {},
  }
}

/** Commits files on `main` of a repository. */
export async function writeBy({ rest }: Client, repo: string, files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files))
    await rest.repos.createOrUpdateFileContents({
      owner: 'acme',
      repo,
      path,
      message: `add ${path}`,
      content: Buffer.from(content).toString('base64'),
    })
}

/** What a CI job of the model's repository does: the release gets into staging. */
export async function letInBy(client: Client, made: ReleaseRecord): Promise<void> {
  const address = { kind: 'forge', repository: 'acme/deploy', namedBy: 'job' } as const
  const deploy = { address, name: 'acme/deploy', branch: 'main' }
  await promoteModel(A_JOB, connection(client, 'acme/deploy'), deploy, {
    model: made.model,
    candidates: [made],
    environment: 'staging',
    dryRun: false,
  })
}

// --- internal ---

type Client = ReturnType<typeof githubClient>

const A_JOB = {
  env: {},
  ci: { name: 'a CI' },
  now: Date.now,
  log: { info() {}, warn() {}, raw() {}, live() {}, group: (_: string, body: () => never) => body() },
  signal: new AbortController().signal,
  version: '0.0.0-test',
}
