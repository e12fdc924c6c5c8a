import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../cli/connect.ts'
import { deployConnector } from '../../cli/connect-deploy.ts'
import type { Environment } from '../../src/ci/ci.ts'
import { detectCi } from '../../src/ci/index.ts'
import { packageModel } from '../../src/commands/model/packaging.ts'
import { parseConfig } from '../../src/core/config/read-config.ts'
import { renderError } from '../../src/core/text/error-text.ts'
import { useGithub } from '../support/emulator.ts'
import { createRepository, gitEnvironment } from '../support/git-repository.ts'
import { type GitServer, startGitServer } from '../support/git-server.ts'
import { describeOnce, divided } from '../support/rounds.ts'
import { baseFiles, CONFIG, type Files, type Scene, slightlyBetter, useScenes } from './scene.ts'

const TOKEN = 'CANARY-deploy-token'
const scenes = useScenes()
const github = useGithub()
let server: GitServer

beforeAll(async () => {
  const served = join(scenes.folder, 'served')
  mkdirSync(served)
  const deploy = createRepository(join(served, 'deploy.git'))
  deploy.commit('all', {
    'assay-deploy.yml':
      'path: apps/{model}/{environment}\ntarget: kustomize\noptions: { image: churn }\nenvironments: { production: {} }\n',
  })
  server = await startGitServer(served)
})
afterAll(() => server.close())
beforeEach(() => server.forget())

/** A configuration whose deploy repository is on the server that watches what it is sent. */
const configAt = (url: string) => CONFIG.replace('champion: champion\n', `deploy: ${url}\n`)
const CONFIGURED = () => configAt(server.url('deploy.git'))

/** What each CI sets for a pull request of the head, or of a fork; and on the default branch. */
const CIS = {
  github: {
    pull: ({ head, base }: Scene, fork: boolean): Environment => ({
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_REPOSITORY: 'octo/model',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_API_URL: github.url,
      GITHUB_EVENT_PATH: JSON.stringify({
        pull_request: {
          number: 7,
          head: { sha: head, repo: { full_name: fork ? 'mallory/model' : 'octo/model' } },
          base: { ref: 'main', sha: base, repo: { full_name: 'octo/model' } },
        },
      }),
    }),
    main: (): Environment => ({
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_REPOSITORY: 'octo/model',
      GITHUB_SERVER_URL: 'https://github.com',
    }),
  },
  gitlab: {
    pull: ({ head, base }: Scene, fork: boolean): Environment => ({
      GITLAB_CI: 'true',
      CI_PROJECT_PATH: 'octo/model',
      CI_SERVER_URL: 'https://gitlab.example',
      CI_API_V4_URL: 'https://gitlab.example/api/v4',
      CI_MERGE_REQUEST_IID: '7',
      CI_MERGE_REQUEST_PROJECT_PATH: 'octo/model',
      CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: fork ? 'mallory/model' : 'octo/model',
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
      CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
      CI_COMMIT_SHA: head,
    }),
    main: (): Environment => ({
      GITLAB_CI: 'true',
      CI_PROJECT_PATH: 'octo/model',
      CI_SERVER_URL: 'https://gitlab.example',
      CI_COMMIT_BRANCH: 'main',
      CI_DEFAULT_BRANCH: 'main',
    }),
  },
  jenkins: {
    pull: ({ head }: Scene, fork: boolean): Environment => ({
      JENKINS_URL: 'https://jenkins.example',
      CHANGE_ID: '7',
      CHANGE_URL: 'https://github.com/octo/model/pull/7',
      CHANGE_TARGET: 'main',
      GIT_COMMIT: head,
      ...(fork && { CHANGE_FORK: 'mallory' }),
    }),
    main: (): Environment => ({
      JENKINS_URL: 'https://jenkins.example',
      GIT_URL: 'https://github.com/octo/model.git',
      BRANCH_NAME: 'main',
      BRANCH_IS_PRIMARY: 'true',
    }),
  },
} as const
type CiName = keyof typeof CIS

/** The run as a face would start it: facts and connections from the environment. */
function inCi(scene: Scene, ci: Environment, more: Environment = {}): Scene {
  const env = { ...gitEnvironment(), ...ci, ASSAY_DEPLOY_TOKEN: TOKEN, ...more }
  const facts = detectCi(env, text => JSON.parse(text) as unknown)
  // Jenkins says no commit of the base: the clone would.
  scene.context.ci =
    facts.name === 'Jenkins' && facts.baseRef ? { ...facts, baseRef: undefined, baseSha: scene.base } : facts
  scene.context.env = env
  scene.context.openDeploy = deployConnector(env, facts)
  return scene
}

const withoutChampion = { 'champion/predictions.csv': undefined }
const BASES: [string, () => Files][] = [
  ['has no assay.yml', () => baseFiles({ 'assay.yml': undefined, ...withoutChampion })],
  ['has a broken assay.yml', () => baseFiles({ 'assay.yml': 'model: [', ...withoutChampion })],
]
const everywhere = (Object.keys(CIS) as CiName[]).flatMap(ci =>
  BASES.flatMap(([what, base]) => [false, true].map(fork => ({ ci, what, base, fork }))),
)
/** Each CI, each base, of the repository and of a fork: which of them may use a token, core/secrets decides and its tests hold. */
const USUAL = [0, 7, 9, 10]

describe('a pull request that brings its own address', () => {
  it.each(divided(everywhere, (_, index) => USUAL.includes(index)))(
    '$ci, fork $fork, base $what: no token goes there, and the verdict does',
    async ({ ci, base, fork }) => {
      const scene = scenes.pullRequest(base(), { 'assay.yml': CONFIGURED(), 'candidate.csv': slightlyBetter })
      server.fail({ kind: 401 })
      // A helper that gives its password to whoever asks is a token too.
      const helper = `!f() { echo username=x; echo password=${TOKEN}; }; f`
      inCi(scene, CIS[ci].pull(scene, fork), {
        ASSAY_DEPLOY_HOST: new URL(server.url('')).origin,
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'credential.helper',
        GIT_CONFIG_VALUE_0: helper,
      })

      const { exitCode } = await scene.run()

      expect(exitCode).toBe(0)
      expect(server.requests.length).toBeGreaterThan(0)
      expect(server.credentials.filter(Boolean)).toEqual([])
      const [gate] = scene.result().gates
      expect(gate).toMatchObject({ verdict: 'inconclusive' })
      expect(gate!.reason).toContain(
        fork ? 'the code of a fork must not have it' : 'counts once it is merged',
      )
    },
  )

  describeOnce('and is not trusted', () => {
    it.each(['github', 'gitlab'] as CiName[])('%s: none goes to the forge itself either', async ci => {
      const scene = scenes.pullRequest(baseFiles({ 'assay.yml': undefined, ...withoutChampion }), {
        'assay.yml': configAt('acme/deploy'),
      })
      inCi(scene, CIS[ci].pull(scene, false), {
        GITHUB_TOKEN: TOKEN,
        GITLAB_TOKEN: TOKEN,
        ASSAY_TOKEN: TOKEN,
      })
      github.forget()

      await scene.run()

      expect(github.requests).toEqual([])
      expect(scene.result().gates[0]!.reason).toContain('there is no token for acme/deploy: a pull request')
    })
  })
})

describeOnce('a key of the machine', () => {
  it.each(['ssh://git@127.0.0.1/acme/deploy.git', 'git@127.0.0.1:acme/deploy.git'])(
    'is not shown to %s where the run may use no token; where it may, it is',
    async url => {
      const seen = join(mkdtempSync(join(scenes.folder, 'ssh-')), 'seen')
      const ssh = { GIT_SSH_COMMAND: `f() { echo "$@" >> '${seen}'; exit 1; }; f` }
      const base = baseFiles({ 'assay.yml': configAt(url), ...withoutChampion })
      const first = scenes.pullRequest(baseFiles({ 'assay.yml': undefined, ...withoutChampion }), {
        'assay.yml': configAt(url),
      })
      const fork = scenes.pullRequest(base, { 'candidate.csv': slightlyBetter })
      const own = scenes.pullRequest(base, { 'candidate.csv': slightlyBetter })

      await inCi(first, CIS.gitlab.pull(first, false), ssh).run()
      await inCi(fork, CIS.jenkins.pull(fork, true), ssh).run()

      expect(existsSync(seen)).toBe(false)
      expect(first.result().gates[0]!.reason).toContain('counts once it is merged')
      expect(fork.result().gates[0]!.reason).toContain('the code of a fork must not have it')

      await inCi(own, CIS.gitlab.pull(own, false), ssh).run()

      expect(readFileSync(seen, 'utf8')).toContain('127.0.0.1')
    },
  )
})

describeOnce('an address that the base or the default branch names', () => {
  const urls = () => server.url('deploy.git')

  it.each(Object.keys(CIS) as CiName[])('%s: the token goes to no host that only a file names', async ci => {
    for (const ofPull of [true, false]) {
      const files = baseFiles({ 'assay.yml': CONFIGURED(), ...withoutChampion })
      const scene = scenes.pullRequest(files, { 'candidate.csv': slightlyBetter })
      inCi(scene, ofPull ? CIS[ci].pull(scene, false) : CIS[ci].main(), { ASSAY_DEPLOY_HOST: '' })

      await scene.run({ 'no-release': true })

      expect(server.requests.length).toBeGreaterThan(0)
      expect(server.credentials.filter(Boolean)).toEqual([])
      // The server asks for none: what is public is read without.
      expect(scene.result().gates[0]!.reason).toContain('nothing serves in production yet')
    }
  })

  it('where the server wants a token, the reason is that it was not sent, and what to set', async () => {
    server.fail({ kind: 401 })
    const { openDeploy } = inCi(scenes.local(baseFiles(), {}), CIS.gitlab.main()).context
    const access = await openDeploy({ kind: 'git', url: urls(), namedBy: 'job' })

    const look = async () => access.repository.readBranches(['main'])
    const error = await look().catch((caught: unknown) => caught)
    await access.close()

    const host = new URL(urls()).host
    expect(error).toMatchObject({ code: 'DEPLOY_NO_TOKEN' })
    expect(renderError(error as never)).toContain(
      `the token is not sent to ${urls()}: ${host} is not the server that GitLab CI names`,
    )
    expect(renderError(error as never)).toContain(`set ASSAY_DEPLOY_HOST=${host} beside it`)
  })

  it('goes to the server that the CI names, plain http on loopback too', async () => {
    const files = baseFiles({ 'assay.yml': CONFIGURED(), ...withoutChampion })
    const scene = scenes.pullRequest(files, { 'candidate.csv': slightlyBetter })
    inCi(scene, { ...CIS.gitlab.pull(scene, false), CI_SERVER_URL: new URL(urls()).origin })

    await scene.run()

    const sent = `Basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`
    expect(new Set(server.credentials)).toEqual(new Set([sent]))
  })

  it('goes where the job itself says, if the host stands beside it', async () => {
    const host = new URL(urls()).origin
    const { context } = inCi(scenes.local(baseFiles(), {}), {}, { ASSAY_DEPLOY_HOST: host })

    const access = await context.openDeploy({ kind: 'git', url: urls(), namedBy: 'job' })
    await access.repository.readBranches(['main'])
    await access.close()

    expect(server.credentials.some(one => one?.startsWith('Basic '))).toBe(true)
  })

  it('a helper of the machine counts for what is not sent a token', async () => {
    server.fail({ kind: 401, times: 1 })
    const { context } = inCi(scenes.local(baseFiles(), {}), CIS.gitlab.main(), {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'credential.helper',
      GIT_CONFIG_VALUE_0: '!f() { echo username=ada; echo password=of-the-machine; }; f',
    })

    const access = await context.openDeploy({ kind: 'git', url: urls(), namedBy: 'file' })
    await access.repository.readBranches(['main']).catch(() => {})
    await access.close()

    const machine = `Basic ${Buffer.from('ada:of-the-machine').toString('base64')}`
    expect(new Set(server.credentials.filter(Boolean))).toEqual(new Set([machine]))
  })
})

describeOnce('a training', () => {
  it('that plants a filter for the base copy sees none of the tokens, nor does the filter run', async () => {
    const seen = join(scenes.folder, 'seen')
    const plant = [
      `env > '${seen}'`,
      `git config filter.x.smudge "env >> '${seen}.smudge'; cat"`,
      'mkdir -p .git/info',
      "echo '* filter=x' > .git/info/attributes",
    ].join('\n  ')
    const config = CONFIG.replace('train: echo training', `train: |\n  ${plant}`)
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': config }), { 'candidate.csv': slightlyBetter })
    inCi(scene, CIS.github.pull(scene, false), {
      INPUT_TOKEN: TOKEN,
      ASSAY_TOKEN: TOKEN,
      ACTIONS_RUNTIME_TOKEN: TOKEN,
      GITHUB_ENV: '/CANARY/env',
      GITHUB_PATH: '/CANARY/path',
    })

    await scene.run()

    expect(scene.result().verdict).toBe('pass')
    expect(readFileSync(seen, 'utf8')).toContain('ASSAY_WORKSPACE=')
    expect(readFileSync(seen, 'utf8')).not.toMatch(/CANARY|GITHUB_ENV|GITHUB_PATH/)
    expect(existsSync(`${seen}.smudge`)).toBe(false)
  })
})

describeOnce('other tokens', () => {
  it('Jenkins: the pull request of a fork gets none for its note, whatever forge it is on', async () => {
    const scene = scenes.local(baseFiles(), {})
    for (const url of [
      'https://github.com/octo/model/pull/7',
      'https://gitlab.com/octo/model/-/merge_requests/7',
    ]) {
      const env = { ...CIS.jenkins.pull(scene, true), CHANGE_URL: url, ASSAY_TOKEN: TOKEN }

      expect(
        await connect(
          env,
          detectCi(env, () => ({})),
        ),
      ).toEqual({
        forgeMissing: expect.stringContaining('uses no token here'),
      })
    }
  })

  it('an empty ASSAY_TOKEN does not hide the one of the workflow', async () => {
    const env = { ...CIS.github.main(), ASSAY_TOKEN: '', GITHUB_TOKEN: TOKEN }

    expect(
      await connect(
        env,
        detectCi(env, () => ({})),
      ),
    ).toHaveProperty('forge')
  })

  it.each([
    ['candidate', 'it', false],
    ['base', 'it', true],
    ['base', undefined, false],
    ['job', undefined, false],
    ['base', 'ghcr.io', false],
  ] as const)(
    'a registry named by the %s, with ASSAY_REGISTRY_HOST naming %s: password %s',
    async (namedBy, host, sent) => {
      const seen: (string | undefined)[] = []
      const registry = createServer((request, response) => {
        seen.push(request.headers.authorization)
        response.writeHead(401, { 'www-authenticate': 'Basic realm="registry"' }).end()
      })
      await new Promise<void>(resolve => registry.listen(0, '127.0.0.1', resolve))
      try {
        const own = `127.0.0.1:${(registry.address() as AddressInfo).port}`
        const scene = scenes.pullRequest(baseFiles(), {})
        inCi(scene, CIS.github.pull(scene, false), {
          ASSAY_REGISTRY_USER: 'ada',
          ASSAY_REGISTRY_PASSWORD: TOKEN,
          ...(host !== undefined && { ASSAY_REGISTRY_HOST: host === 'it' ? own : host }),
          DOCKER_CONFIG: '/nonexistent',
        })
        const config = `${CONFIG}package: { image: '${own}/acme/churn:1' }\n`
        const model = parseConfig(config, 'assay.yml').config.models.churn!

        const given = { 'dry-run': false, namedBy }
        const error = await packageModel(scene.context, 'churn', model, scene.head, given).catch(
          (caught: unknown) => caught,
        )

        expect(error).toMatchObject({ code: 'REGISTRY_DENIED' })
        const advice =
          namedBy === 'candidate' ? 'fix: give the digest itself' : `set ASSAY_REGISTRY_HOST=${own} beside it`
        if (!sent) expect(renderError(error as never)).toContain(advice)

        expect(seen.length).toBeGreaterThan(0)
        expect(seen.some(Boolean)).toBe(sent)
      } finally {
        registry.closeAllConnections()
        registry.close()
      }
    },
  )
})
