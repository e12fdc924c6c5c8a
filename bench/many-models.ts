import { forward } from '../emulator/github/front.ts'
import { graphqlPoints } from '../emulator/github/graphql-cost.ts'
import { readRequest, startGithub } from '../emulator/github.ts'
import type { Context, DeployAccess } from '../src/commands/command/context.ts'
import { promoteModels } from '../src/commands/deploy/promote/promote-models.ts'
import { modelsOf } from '../src/commands/deploy/read/models.ts'
import { openSites } from '../src/commands/deploy/read/sites.ts'
import { renderRelease } from '../src/core/release/record-file.ts'
import { githubClient } from '../src/forges/github/client.ts'
import { githubDeployRepository } from '../src/forges/github/deploy-repository.ts'
import { githubForge } from '../src/forges/github/forge.ts'
import { commitAll } from '../test/support/commit-all.ts'
import { withManifests } from '../test/support/manifests.ts'
import { release } from '../test/support/releases.ts'
import type { Row } from './main.ts'

/** In two environments each. */
export const MODELS = 500
const PENDING = 100
/** What the reading of many models may take, and what each may take that is written. */
const READING = 40
const EACH = 5

/**
 * `assay promote` of 500 models in two environments on the emulated GitHub: where nothing is to be done, and where a hundred are
 * to be proposed. Counted are all calls, and the points that GitHub counts of those that read, of 5,000 an hour.
 */
export async function benchManyModels(): Promise<Row[]> {
  const idle = await promoteAll(0)
  const some = await promoteAll(PENDING)
  console.log(
    `promote of ${MODELS} models: ${idle.calls} calls, ${idle.points} points, ${idle.cpu.toFixed(1)} s of processor time with the emulator; ${PENDING} of them proposed: ${some.calls} calls, ${some.points} points, ${some.cpu.toFixed(1)} s`,
  )
  return [
    { what: `promote, ${MODELS} idle models`, value: idle.calls, unit: 'API calls', bar: READING },
    { what: `promote, ${MODELS} idle models`, value: idle.points, unit: 'points of GraphQL', bar: 100 },
    {
      what: `promote, ${PENDING} of ${MODELS} models to be proposed`,
      value: some.calls,
      unit: 'API calls',
      bar: READING + EACH * PENDING,
    },
  ]
}

/** Promotes every model of the repository. @throws Error where others than the pending ones are proposed */
export async function promoteEach(access: DeployAccess, pending: number): Promise<void> {
  const deploy = {
    address: { kind: 'forge' as const, repository: NAME, namedBy: 'job' as const },
    name: NAME,
    branch: 'main',
  }
  const models = await modelsOf(await openSites({ access, deploy }))
  const { carriedOut, problems } = await promoteModels(CONTEXT, access, deploy, models, model => ({
    model,
    dryRun: false,
  }))
  const proposed = carriedOut.filter(({ action }) => action === 'proposed').length
  if (problems.length > 0 || models.length !== MODELS || proposed !== pending)
    throw new Error(`${models.length} models, ${proposed} proposed: ${problems[0]?.message ?? 'no problem'}`)
}

/** Files of a deploy repository where every model serves in staging, and all but the pending ones in production too. */
export function manyModels(pending: number): Record<string, string> {
  const files = Array.from({ length: MODELS }, (_, at) => {
    const model = `model-${String(at).padStart(3, '0')}`
    const text = renderRelease(release(1, model))
    const place = (environment: string) => `apps/${model}/overlays/${environment}`
    const manifest = `images:\n  - name: ${model}\n    newTag: '1'\n`
    return {
      ...withManifests({ [`${place('staging')}/model-release.yaml`]: text }),
      ...(at < pending
        ? { [`${place('production')}/kustomization.yaml`]: manifest }
        : withManifests({ [`${place('production')}/model-release.yaml`]: text })),
    }
  })
  return Object.assign({ 'assay-deploy.yml': CONFIG }, ...files)
}

// --- internal ---

const NAME = 'acme/deploy'
/** The emulator answers 5,000 calls of each, and makes many of one. */
const TOKENS = Array.from({ length: 50 }, (_, at) => `ghp_bench_0123456789_${at}`)

const CONFIG = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
environments:
  staging: {}
  production: { after: staging }
`

async function promoteAll(pending: number) {
  const asked = { calls: 0, points: 0 }
  let carried = 0
  const github = await startGithub(
    {
      users: [{ login: 'acme' }],
      repositories: [{ owner: 'acme', name: 'deploy', auto_init: true }],
      tokens: Object.fromEntries(TOKENS.map(token => [token, { login: 'acme' }])),
    },
    async (upstream, request, response) => {
      const sent = await readRequest(request)
      asked.calls++
      if (sent.path === '/graphql') asked.points += graphqlPoints(sent.body)
      const carrier = async () => TOKENS[carried++ % TOKENS.length]!
      const given = await forward(upstream, { ...sent, carrier })
      response.writeHead(given.status, given.headers).end(given.body)
    },
  )
  try {
    const safety = { wait: async () => {} }
    const client = githubClient({ token: TOKENS[0], apiUrl: github.url, safety })
    const upstream = githubClient({ token: TOKENS[0], apiUrl: github.upstream, safety })
    await commitAll(upstream, 'deploy', manyModels(pending))
    const repository = githubDeployRepository(client, NAME)
    const access = { repository, forge: githubForge(client, NAME), close: async () => {} }
    const start = process.cpuUsage()
    await promoteEach(access, pending)
    const { user, system } = process.cpuUsage(start)
    return { ...asked, cpu: (user + system) / 1e6 }
  } finally {
    await github.close()
  }
}

const CONTEXT = {
  now: () => Date.parse('2026-06-01T12:00:00Z'),
  log: { warn() {} },
  version: '0.0.0-bench',
} as unknown as Context

if (import.meta.main) for (const row of await benchManyModels()) console.log(row)
