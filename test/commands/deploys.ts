import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Context, DeployAccess } from '../../src/commands/command/context.ts'
import { type PromoteOptions, promoteModel } from '../../src/commands/deploy/promote/promote-model.ts'
import type { CarriedOut } from '../../src/commands/deploy/write/propose.ts'
import type { ReleaseRecord } from '../../src/core/release/record.ts'
import { githubClient } from '../../src/forges/github/client.ts'
import { githubDeployRepository } from '../../src/forges/github/deploy-repository.ts'
import { githubDeployments } from '../../src/forges/github/deployments.ts'
import { githubForge } from '../../src/forges/github/forge.ts'
import { gitlabClient } from '../../src/forges/gitlab/client.ts'
import { gitlabDeployRepository } from '../../src/forges/gitlab/deploy-repository.ts'
import { gitlabForge } from '../../src/forges/gitlab/forge.ts'
import {
  type DeployPlace,
  type Files,
  githubPlace,
  gitlabPlace,
  plainPlace,
} from '../forges/deploy-places.ts'
import { type GithubEmulator, personToken, REPOSITORY } from '../support/emulator.ts'
import { UNTIMED } from '../support/faults.ts'
import { testFolder } from '../support/git-repository.ts'
import { type GitlabServer, TOKEN } from '../support/gitlab.ts'
import { release } from '../support/releases.ts'

/** A deploy repository with one model, and what the commands do with it. */
export interface DeployScene {
  model: string
  place: DeployPlace
  context: Context
  access(): Promise<DeployAccess>
  /** The `number`th release of the model, weighed against the first unless it says otherwise. */
  release(number: number, change?: Partial<ReleaseRecord>): ReleaseRecord
  /** One run of `promote` for the model: a line for each environment where something was done or waits. */
  promote(candidates?: ReleaseRecord[], options?: Partial<PromoteOptions>): Promise<string[]>
  /** The same with all that is known of each. */
  outcomes(candidates?: ReleaseRecord[], options?: Partial<PromoteOptions>): Promise<CarriedOut[]>
  /** The text of a file on the branch that is deployed. */
  read(path: string): Promise<string | undefined>
  /** Version that serves in an environment, by its record. */
  serving(environment: string): Promise<string | undefined>
  /** Bodies of the comments on a pull request, without the line that marks them; none on plain git. */
  comments(number: number): Promise<string[]>
  /** What the last status of a name says on any commit of the repository. */
  lastStatus(name: string): { state: string; description: string } | undefined
  /** What was sent so far is not looked at. */
  forget(): void
}

/** Opens a scene on one forge. */
export type OpenScene = (config?: string, environments?: string[]) => Promise<DeployScene>

export const DEPLOY = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
environments:
  staging: { merge: auto }
  production: { after: staging }
`

const NOW = Date.parse('2026-06-01T12:00:00Z')
let count = 0

/** Where the releases of the scenes come from, and those that jobs of the tests make. */
const REPOSITORIES = '[acme/late-flights, acme/churn, octo/model, team/model]'

/** Lets the model in, so that its first release waits for nobody where `merge: auto` stands. */
function withModel(model: string, config: string): string {
  if (!config.includes('merge: auto') || /^(?:models|from):/m.test(config)) return config
  return `${config}models:\n  ${model}: { from: ${REPOSITORIES} }\n`
}

/** Files of a deploy repository with one model in two environments. */
export function deployFiles(model: string, config = DEPLOY, environments = ['staging', 'production']): Files {
  const manifests = environments.map((environment): [string, string] => [
    `apps/${model}/overlays/${environment}/kustomization.yaml`,
    `# ${environment}\nimages:\n  - name: ${model}\n    newName: registry.example/acme/churn\n    digest: sha256:${'0'.repeat(64)}   # what serves\n`,
  ])
  return {
    'assay-deploy.yml': withModel(model, config),
    'README.md': '# Deploy\n',
    ...Object.fromEntries(manifests),
  }
}

/** Of what is played on every forge, the usual run plays one: what a forge is to a promotion, its contract holds. */
export const USUAL = ([name]: [string, OpenScene]): boolean => name === 'GitHub'

export function useDeploys() {
  const { folder, remove } = testFolder()
  const opened: { close(): Promise<void> }[] = []
  afterAll(async () => {
    await Promise.all(opened.map(one => one.close()))
    remove()
  })
  const open = {
    async onGithub(github: GithubEmulator, config = DEPLOY, environments?: string[]): Promise<DeployScene> {
      const model = `churn-${++count}`
      const place = await githubPlace(github, deployFiles(model, config, environments))
      const token = personToken(count % 90)
      const client = githubClient({
        token,
        apiUrl: github.url,
        safety: UNTIMED,
      })
      const access = async () => ({
        repository: githubDeployRepository(client, REPOSITORY),
        forge: githubForge(client, REPOSITORY),
        deployments: githubDeployments(client, REPOSITORY),
        webUrl: WEB_URL,
        close: async () => {},
      })
      return sceneOf(model, place, access, {
        comments: async number => (await github.comments(number)).map(({ body }) => body),
        lastStatus: name => github.statuses.findLast(({ context }) => context === name),
        forget: () => github.forget(),
      })
    },
    async onGitlab(gitlab: GitlabServer, config = DEPLOY, environments?: string[]): Promise<DeployScene> {
      const model = `churn-${++count}`
      const place = await gitlabPlace(gitlab, deployFiles(model, config, environments))
      const project = place.project!
      const client = gitlabClient({ token: TOKEN.bot, apiUrl: gitlab.url, safety: UNTIMED })
      const known = () => gitlab.double.state().projects[project]!
      const access = async () => ({
        repository: gitlabDeployRepository(client, project),
        forge: gitlabForge(client, project),
        webUrl: WEB_URL,
        close: async () => {},
      })
      return sceneOf(model, place, access, {
        async comments(number) {
          const { notes } = known().mergeRequests.find(({ iid }) => iid === number)!
          return notes.map(({ body }) => body)
        },
        lastStatus(name) {
          const found = known().statuses.findLast(status => status.name === name)
          return found && { state: found.state, description: found.description ?? '' }
        },
        forget: () => gitlab.forget(),
      })
    },
    async onGit(config = DEPLOY, environments?: string[]): Promise<DeployScene> {
      const model = `churn-${++count}`
      const place = await plainPlace(undefined, folder, {
        files: deployFiles(model, config, environments),
        opened,
      })
      const access = async () => ({ repository: await place.connect(), close: async () => {} })
      return sceneOf(model, place, access, {
        comments: async () => [],
        lastStatus: () => undefined,
        forget: () => {},
      })
    },
    folder: join(folder, 'work'),
  }
  return {
    ...open,
    /** The same story on each, by name. */
    onForges(on: { github: GithubEmulator; gitlab: GitlabServer; plainGit?: true }): [string, OpenScene][] {
      return [
        ['GitHub', (...given) => open.onGithub(on.github, ...given)],
        ['GitLab', (...given) => open.onGitlab(on.gitlab, ...given)],
        ...(on.plainGit ? [['plain git', open.onGit] as [string, OpenScene]] : []),
      ]
    },
  }
}

// --- internal ---

/** Where Argo CD would say that it reads the deploy repository from. */
const WEB_URL = 'https://git.example/acme/deploy'

function sceneOf(
  model: string,
  place: DeployPlace,
  access: () => Promise<DeployAccess>,
  look: Pick<DeployScene, 'comments' | 'lastStatus' | 'forget'>,
): DeployScene {
  const one = release(1).commit
  const context = {
    folder: '/nowhere',
    env: {},
    ci: { name: 'local' },
    now: () => NOW,
    log: { info() {}, warn() {}, raw() {}, live() {}, group: (_: string, body: () => unknown) => body() },
    signal: new AbortController().signal,
    version: '0.0.0-test',
    openDeploy: () => scene.access(),
  } as Context
  const read = async (path: string) => {
    const { repository } = await access()
    const [head] = (await repository.readBranches([place.base])).values()
    const [text] = (await repository.readFiles(head!.commit, [path])).values()
    return text
  }
  const scene: DeployScene = {
    model,
    place,
    context,
    access,
    read,
    ...look,
    async comments(number) {
      return (await look.comments(number)).map(body => body.split('\n').slice(1).join('\n'))
    },
    release: (number, change) =>
      release(number, model, { weighed: { against: 'champion', commit: one }, ...change }),
    async outcomes(candidates = [], options = {}) {
      const address = { kind: 'git' as const, url: 'x', namedBy: 'job' as const }
      const where = { address, name: 'octo/deploy', branch: place.base }
      return promoteModel(context, await scene.access(), where, {
        model,
        candidates,
        dryRun: false,
        ...options,
      })
    },
    async promote(candidates, options) {
      const outcomes = await scene.outcomes(candidates, options)
      return outcomes.map(({ environment, action, words }) => `${environment}: ${action}, ${words}`)
    },
    async serving(environment) {
      const text = await read(`apps/${model}/overlays/${environment}/model-release.yaml`)
      return /^version: "(.*)"$/m.exec(text ?? '')?.[1]
    },
  }
  return scene
}
