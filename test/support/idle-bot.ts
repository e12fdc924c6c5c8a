import { readSettings } from '../../bot/settings/settings.ts'
import { startBot } from '../../bot/start.ts'
import { startGithub } from '../../emulator/github.ts'
import { renderRelease } from '../../src/core/release/record-file.ts'
import { githubClient } from '../../src/forges/github/client.ts'
import { commitAll } from './commit-all.ts'
import { UNTIMED } from './faults.ts'
import { withManifests } from './manifests.ts'
import { release } from './releases.ts'

export interface IdleHour {
  calls: number
  /** What GitHub counts of them: of GraphQL its points, and nothing of what is free. */
  points: number
  /** By what was asked. */
  byCall: Record<string, number>
  /** Looks that wrote anything. */
  wrote: number
}

/**
 * What the bot asks in an hour in which nothing happens, after its start: twelve rounds, and a full look among them. There are
 * repositories of models, and deploy repositories with some models each.
 */
export async function idleHour({ models, deploys }: { models: number; deploys: number }): Promise<IdleHour> {
  const names = [
    ...Array.from({ length: models }, (_, at) => `model-${at}`),
    ...Array.from({ length: deploys }, (_, at) => `deploy-${at}`),
  ]
  const github = await startGithub({
    users: [{ login: 'ada' }],
    organisations: [{ login: 'acme', name: 'Acme', members: ['ada'] }],
    repositories: names.map(name => ({ owner: 'acme', name, auto_init: true, private: true })),
    tokens: Object.fromEntries(TOKENS.map(token => [token, { login: 'ada' }])),
    apps: [{ ...APP, installations: [{ id: 1, account: 'acme' }] }],
  })
  let passed = 0
  const timers = new Set<{ at: number; call: () => void }>()
  let log = ''
  const app = github.world.apps[0]!
  const bot = await startBot({
    settings: readSettings({
      ASSAY_BOT_APP_ID: app.clientId,
      ASSAY_BOT_PRIVATE_KEY: app.privateKey,
      ASSAY_BOT_WEBHOOK_SECRET: '3f9c0e61b7d24a58',
      ASSAY_BOT_GITHUB_API_URL: github.url,
      HOST: '127.0.0.1',
      PORT: '0',
    }),
    env: {},
    write: line => {
      log += line
    },
    clock: {
      now: () => Date.now() + passed,
      after(milliseconds, call) {
        const timer = { at: Date.now() + passed + milliseconds, call }
        timers.add(timer)
        return () => void timers.delete(timer)
      },
    },
    safety: UNTIMED,
  })

  async function pass(milliseconds: number): Promise<void> {
    passed += milliseconds
    do {
      for (const timer of [...timers]) {
        // What follows within a moment belongs to it.
        if (timer.at > Date.now() + passed + 2000) continue
        timers.delete(timer)
        timer.call()
      }
      await new Promise(resolve => setTimeout(resolve, 5))
    } while (isBusy())
  }
  const isBusy = () => {
    const { waiting, running } = bot.counts()
    return waiting + running + bot.rounds() + github.world.pending.size > 0
  }

  try {
    await pass(0)
    const clients = TOKENS.map(token => githubClient({ token, apiUrl: github.upstream, safety: UNTIMED }))
    for (const [at, name] of names.entries())
      await commitAll(
        clients[at % clients.length]!,
        name,
        name.startsWith('deploy') ? deployFiles() : modelFiles(),
      )
    // Nothing is new any more when the hour begins.
    await pass(4 * DAY)
    await pass(FIVE_MINUTES)
    const before = github.world.requests.length
    const start = log.length
    for (let round = 0; round < 12; round++) await pass(FIVE_MINUTES)
    const made = github.world.requests.slice(before)
    const byCall = Object.groupBy(made, ({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`)
    return {
      calls: made.length,
      points: made.reduce((sum, { points }) => sum + points, 0),
      byCall: Object.fromEntries(Object.entries(byCall).map(([name, of]) => [name, of!.length])),
      wrote: log.slice(start).split('"did":["').length - 1,
    }
  } finally {
    await bot.stop()
    await github.close()
  }
}

// --- internal ---

const FIVE_MINUTES = 300_000
const DAY = 86_400_000
/** The emulator answers 5,000 calls of each. */
const TOKENS = Array.from({ length: 20 }, (_, at) => `ghp_idle_0123456789_${at}`)

const APP = {
  id: 77,
  slug: 'assay',
  clientId: 'Iv23assay',
  permissions: {
    contents: 'write',
    pull_requests: 'write',
    statuses: 'write',
    checks: 'write',
    deployments: 'write',
    issues: 'write',
    actions: 'read',
  } as const,
  events: ['push'],
}

const CONFIG = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
environments:
  staging: {}
  production: { after: staging }
`

function modelFiles(): Record<string, string> {
  return { 'assay.yml': 'model: fraud\nmetrics: metrics.json\n' }
}

/** Ten models that serve everywhere. */
function deployFiles(): Record<string, string> {
  const files = Array.from({ length: 10 }, (_, at) => `fraud-${at}`).flatMap(model => {
    const text = renderRelease(release(1, model))
    return ['staging', 'production'].map(environment =>
      withManifests({ [`apps/${model}/overlays/${environment}/model-release.yaml`]: text }),
    )
  })
  return Object.assign({ 'assay-deploy.yml': CONFIG }, ...files)
}
