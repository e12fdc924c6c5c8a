import { join } from 'node:path'
import { deployConnector } from '../../cli/connect-deploy.ts'
import type { CiFacts } from '../../src/ci/ci.ts'
import type { Context } from '../../src/commands/command/context.ts'
import { type PromoteOptions, promoteModel } from '../../src/commands/deploy/promote/promote-model.ts'
import { withDeploy } from '../../src/commands/deploy/read/deploy-branch.ts'
import type { ReleaseRecord } from '../../src/core/release/record.ts'
import type { DeployAddress } from '../../src/core/secrets/deploy-address.ts'
import { type DeployPlace, githubPlace, gitlabPlace, plainPlace } from '../forges/deploy-places.ts'
import { type GithubEmulator, personToken, REPOSITORY, SECOND } from '../support/emulator.ts'
import { gitEnvironment } from '../support/git-repository.ts'
import { type GitlabServer, TOKEN } from '../support/gitlab.ts'
import { release } from '../support/releases.ts'
import type { useDeploys } from './deploys.ts'

/** Production in a repository of its own, and a run that has the token of each. */
export interface Apart {
  home: DeployPlace
  production: DeployPlace
  context: Context
  /** One run of `promote`, as a job of its own. */
  promote(candidates?: ReleaseRecord[], options?: Partial<PromoteOptions>): Promise<string[]>
  /** How a command is told which repository it is about. */
  options: { 'deploy-repo': string; 'deploy-branch': string }
  /** The way of a run to each. */
  addresses: { home: DeployAddress; production: DeployAddress }
  /** A person merges what is proposed, for production unless it is said otherwise. */
  approve(branch?: string, where?: 'home'): Promise<void>
  /** The version and the digest that production has, and whether it is held. */
  there(): Promise<{ version?: string; digest?: string; isHeld: boolean }>
}

export interface ApartAsked {
  env?: Record<string, string>
  /** Lines of the configuration besides those of both environments. */
  more?: string
  /** Further keys of production. */
  keys?: string
}

export const VARIABLE = 'ASSAY_DEPLOY_TOKEN_PRODUCTION'
/** Those of the places that the tests make are others. */
export const [OF_HOME, OF_PRODUCTION] = [personToken(91), personToken(92)]
export const OLD = `sha256:${'0'.repeat(64)}`

export const releaseOf = (number: number) =>
  release(number, 'churn', { weighed: { against: 'champion', commit: release(1).commit } })

/** Opens it on each. */
export function useApart(on: {
  github: GithubEmulator
  gitlab: GitlabServer
  deploys: ReturnType<typeof useDeploys>
}) {
  const { github, gitlab, deploys } = on
  const onGithub = async ({ env, more, keys = '' }: ApartAsked = {}): Promise<Apart> => {
    const production = await githubPlace(github, FILES, SECOND)
    const there = `repository: ${SECOND}, branch: ${production.base}, token: ${VARIABLE}${keys}`
    const home = await githubPlace(github, { ...FILES, 'assay-deploy.yml': configOf(there, more) })
    const ci = {
      name: 'GitHub Actions',
      forge: 'github' as const,
      repository: REPOSITORY,
      apiUrl: github.url,
    }
    const given = { ASSAY_DEPLOY_TOKEN: OF_HOME, [VARIABLE]: OF_PRODUCTION, ...env }
    return apart(home, production, onForge(REPOSITORY, SECOND), ci, given)
  }
  /** Not in another repository: on another branch. */
  const onBranch = async ({ env, more, keys = '' }: ApartAsked = {}): Promise<Apart> => {
    const production = await githubPlace(github, FILES)
    const there = `branch: ${production.base}${keys}`
    const home = await githubPlace(github, { ...FILES, 'assay-deploy.yml': configOf(there, more) })
    const ci = {
      name: 'GitHub Actions',
      forge: 'github' as const,
      repository: REPOSITORY,
      apiUrl: github.url,
    }
    const address = { kind: 'forge' as const, repository: REPOSITORY, namedBy: 'job' as const }
    const given = { ASSAY_DEPLOY_TOKEN: OF_HOME, ...env }
    return apart(home, production, { home: address, production: address }, ci, given)
  }
  const onGitlab = async ({ env, more, keys = '' }: ApartAsked = {}): Promise<Apart> => {
    const production = await gitlabPlace(gitlab, FILES)
    const there = `repository: ${production.project}, token: ${VARIABLE}${keys}`
    const home = await gitlabPlace(gitlab, { ...FILES, 'assay-deploy.yml': configOf(there, more) })
    const repository = home.project!
    const ci = { name: 'GitLab CI', forge: 'gitlab' as const, repository, apiUrl: gitlab.url }
    const given = { ASSAY_DEPLOY_TOKEN: TOKEN.bot, [VARIABLE]: TOKEN.maintainer, ...env }
    return apart(home, production, onForge(repository, production.project!), ci, given)
  }
  const onGit = async ({ env = {}, more, keys = '' }: ApartAsked = {}): Promise<Apart> => {
    const production = await plainPlace(undefined, deploys.folder, { files: FILES })
    const at = (place: DeployPlace) => `file://${join(deploys.folder, place.repository!)}`
    const files = { ...FILES, 'assay-deploy.yml': configOf(`repository: '${at(production)}'${keys}`, more) }
    const home = await plainPlace(undefined, deploys.folder, { files })
    const [own, other] = [home, production].map(
      (place): DeployAddress => ({ kind: 'git', url: at(place), namedBy: 'job' }),
    )
    return apart(home, production, { home: own!, production: other! }, { name: 'local' }, env)
  }
  return { onGithub, onGitlab, onGit, onBranch }
}

// --- internal ---

const MANIFEST = 'apps/churn/kustomization.yaml'
const FILES = {
  [MANIFEST]: `images:\n  - name: churn\n    newName: registry.example/acme/churn\n    digest: ${OLD}   # what serves\n`,
}

const configOf = (there: string, more = '') =>
  `path: apps/{model}\ntarget: kustomize\noptions: { image: '{model}', registries: [registry.example/acme/] }\nmodels: { churn: { from: [acme/late-flights, acme/churn, octo/model, team/model] } }\nenvironments:\n  staging: { path: 'apps/{model}', merge: auto }\n  production: { after: staging, ${there} }\n${more}`

function onForge(home: string, production: string): Apart['addresses'] {
  return {
    home: { kind: 'forge', repository: home, namedBy: 'job' },
    production: { kind: 'forge', repository: production, namedBy: 'job', variable: VARIABLE },
  }
}

function apart(
  home: DeployPlace,
  production: DeployPlace,
  addresses: Apart['addresses'],
  ci: CiFacts,
  env: Record<string, string>,
): Apart {
  const log = { info() {}, warn() {}, raw() {}, live() {}, group: (_: string, body: () => unknown) => body() }
  const context = {
    folder: '/nowhere',
    env,
    ci,
    now: () => Date.parse('2026-06-01T12:00:00Z'),
    log,
    signal: new AbortController().signal,
    version: '0.0.0-test',
    openDeploy: deployConnector({ ...gitEnvironment(), ...env }, ci),
  } as unknown as Context
  const { home: address } = addresses
  const deploy = { address, name: 'octo/deploy', branch: home.base }
  return {
    home,
    production,
    context,
    addresses,
    options: {
      'deploy-repo': address.kind === 'git' ? address.url : address.repository,
      'deploy-branch': home.base,
    },
    promote: (candidates = [], more = {}) =>
      withDeploy(context, deploy, async access => {
        const options = { model: 'churn', candidates, dryRun: false, ...more }
        const done = await promoteModel(context, access, deploy, options)
        return done.map(({ environment, action, words }) => `${environment}: ${action}, ${words}`)
      }),
    async approve(branch = 'assay/promote/production/churn', where) {
      const place = where ? home : production
      const repository = await place.connect()
      if (repository.pullRequests) {
        const { open } = await repository.pullRequests.ofBranch(branch, place.base)
        await repository.pullRequests.merge(open!.number, open!.head)
      } else place.pushNow!(place.base, (await place.head(branch))!)
    },
    async there() {
      const files = await production.files((await production.head(production.base))!)
      const version = /^version: "(.*)"$/m.exec(files['apps/churn/model-release.yaml'] ?? '')?.[1]
      const digest = /digest: (\S+)/.exec(files[MANIFEST]!)?.[1]
      return {
        ...(version !== undefined && { version }),
        ...(digest !== undefined && { digest }),
        isHeld: 'apps/churn/model-hold.yaml' in files,
      }
    },
  }
}
