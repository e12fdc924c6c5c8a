import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deployConnector } from '../../cli/connect-deploy.ts'
import type { CommandResult, Context } from '../../src/commands/command/context.ts'
import { run } from '../../src/commands/reproduce.ts'
import type { run as runModel } from '../../src/commands/run.ts'
import type { ReleaseRecord } from '../../src/core/release/record.ts'
import { renderRelease } from '../../src/core/release/record-file.ts'
import { releaseFrom } from '../../src/core/release/release-from.ts'
import { parseAskedTime } from '../../src/core/text/asked-time.ts'
import { githubPlace } from '../forges/deploy-places.ts'
import { REPOSITORY, TOKENS, useGithub } from '../support/emulator.ts'
import { gitEnvironment } from '../support/git-repository.ts'
import { type GitServer, startGitServer } from '../support/git-server.ts'
import { DIGEST, release } from '../support/releases.ts'
import { DEPLOY_CONFIG, deployHistory, recordOf } from './deploy-history.ts'
import { baseFiles, CONFIG, RUN_DEFAULTS, type Scene, slightlyBetter, useScenes } from './scene.ts'

const scenes = useScenes()
const github = useGithub()
const DEFAULTS = {
  config: 'assay.yml',
  model: 'churn',
  environment: 'production',
  at: undefined,
  run: false,
  'own-packages': false,
  'in-image': undefined as string | undefined,
  output: 'assay-result',
  'deploy-repo': undefined,
  'deploy-branch': undefined,
}
type Options = Parameters<typeof run>[1]
const RECORD = recordOf('churn', 'production')
const [one, two, three] = [8, 9, 10].map(number => release(number))

let context: Context
let url: string
beforeAll(() => {
  context = scenes.local({ 'a.txt': 'a' }, {}).context
  url = deployHistory(join(scenes.folder, 'deploy'), [
    ['2026-05-10T08:00:00Z', { 'assay-deploy.yml': DEPLOY_CONFIG, [RECORD]: renderRelease(one!) }],
    ['2026-05-20T09:00:00Z', { [RECORD]: renderRelease(two!) }],
    ['2026-05-20T15:00:00Z', { [RECORD]: renderRelease(three!) }],
    ['2026-05-22T08:00:00Z', { 'README.md': '# Deploy\n' }],
    ['2026-05-25T10:00:00Z', { [RECORD]: undefined }],
    ['2026-05-28T10:00:00Z', { [RECORD]: 'version: by hand\n' }],
    ['2026-05-29T10:00:00Z', { [RECORD]: renderRelease(one!) }],
  ]).url
})
const ask = (options: Partial<Options>): Promise<CommandResult> =>
  run(context, { ...DEFAULTS, 'deploy-repo': url, ...options })
const askAt = (at: string) => ask({ at: parseAskedTime(at, context.now())! })

describe('assay reproduce', () => {
  it.each([
    ['2026-05-10', one!.version],
    ['2026-05-12', one!.version],
    ['2026-05-20T08:59:59Z', one!.version],
    ['2026-05-20T09:00:00Z', two!.version],
    ['2026-05-20T16:59:00+02:00', two!.version],
    ['2026-05-20', three!.version],
    ['2026-05-24', three!.version],
    [undefined, one!.version],
  ])('at %s finds what served: %s', async (at, version) => {
    const { json } = await (at === undefined ? ask({}) : askAt(at))

    expect(json).toMatchObject({ version })
  })

  it('tells what it was made from and the commands that make it again', async () => {
    const { text, exitCode } = await askAt('2026-05-12')

    expect(text).toMatch(
      /^churn in production at 2026-05-12 23:59 UTC: 2026-05-08-0000008\nIt served from 2026-05-10 08:00 UTC until 2026-05-20 09:00 UTC; commit [0-9a-f]{12} of the deploy repository\.\n\n/,
    )
    expect(text).toContain(`commit      ${one!.commit} of https://forge.example/acme/late-flights`)
    expect(text).toContain(`image       registry.example/acme/churn@${one!.image!.digest}`)
    expect(text).toContain(`  git checkout --detach ${one!.commit}\n`)
    expect(text).toContain('  assay evaluate --model churn')
    expect(exitCode).toBe(0)
  })

  it('says that several served on a day, and when each did', async () => {
    const { text, json } = await askAt('2026-05-20')

    expect(text).toContain('3 releases served on that day')
    expect(text).toContain(`${two!.version}  from 2026-05-20 09:00 UTC until 2026-05-20 15:00 UTC`)
    expect((json as { onThatDay: { version: string }[] }).onThatDay.map(({ version }) => version)).toEqual([
      one!.version,
      two!.version,
      three!.version,
    ])
  })

  it.each([
    ['2026-05-01', 'NOTHING_SERVED', `the first release, ${one!.version}, came 2026-05-10 08:00 UTC`],
    [
      '2026-05-26',
      'NOTHING_SERVED',
      `${three!.version} was removed 2026-05-25 10:00 UTC, ${one!.version} came 2026-05-29 10:00 UTC`,
    ],
    ['2026-05-28', 'RELEASE_INVALID', expect.stringContaining('schema')],
  ])('at %s is an error that says why: %s', async (at, code, what) => {
    await expect(askAt(at)).rejects.toMatchObject({
      code,
      problems: expect.arrayContaining([expect.objectContaining({ what })]),
    })
  })

  it.each([
    [{ environment: 'prodction' }, 'ENVIRONMENT_UNKNOWN', 'did you mean `production`?'],
    [{ model: 'chrun' }, 'MODEL_UNKNOWN', 'did you mean `churn`?'],
    [{ environment: undefined }, 'USAGE', expect.stringContaining('--environment production')],
  ])('%j is refused with what was meant', async (wrong, code, fix) => {
    await expect(ask(wrong)).rejects.toMatchObject({ code, problems: [{ fix }] })
  })

  it('finds it on GitHub', async () => {
    const place = await githubPlace(github, {
      'assay-deploy.yml': DEPLOY_CONFIG,
      [RECORD]: renderRelease(one!),
    })
    await place.push(place.base, { [RECORD]: renderRelease(two!) })
    const ci = {
      name: 'GitHub Actions',
      forge: 'github' as const,
      repository: REPOSITORY,
      apiUrl: github.url,
    }
    const env = { ...gitEnvironment(), ASSAY_TOKEN: TOKENS.person }
    const onGithub = { ...context, ci, now: () => Date.now() + 60_000, openDeploy: deployConnector(env, ci) }
    const where = { 'deploy-repo': REPOSITORY, 'deploy-branch': place.base }

    const { json } = await run(onGithub, { ...DEFAULTS, ...where })

    expect(json).toMatchObject({ version: two!.version, deployCommit: await place.head(place.base) })
  })
})

describe('assay reproduce --run', () => {
  let server: GitServer
  let judged: Scene
  const served = join(scenes.folder, 'served')
  beforeAll(async () => {
    mkdirSync(served)
    server = await startGitServer(served)
    judged = scenes.local(baseFiles({ 'assay.yml': CONFIG }), { 'candidate.csv': slightlyBetter })
    await judged.run({ ...RUN_DEFAULTS, output: 'assay-result' } as Parameters<typeof runModel>[1])
  })
  const made: string[] = []
  afterAll(async () => {
    await server.close()
    for (const folder of made) rmSync(folder, { recursive: true, force: true })
  })
  let count = 0

  /** A model that was judged and released, with its repository on a server; and the deploy repository that has it. */
  async function released(config = CONFIG, change: Partial<ReleaseRecord> = {}) {
    const name = `model-${++count}`
    const scene = scenes.copyOf(judged)
    const result = scene.result()
    const commit = config === CONFIG ? scene.head : scene.repository.commit('other', { 'assay.yml': config })
    cpSync(join(scene.folder, '.git'), join(served, `${name}.git`), { recursive: true })
    const repository = server.url(`${name}.git`)
    const { candidate, ...rest } = result
    const record = {
      ...releaseFrom(
        { ...rest, candidate: { ...candidate, commit } },
        {
          commit,
          committed: '2026-03-01T11:00:00Z',
          created: '2026-03-01T11:30:00Z',
          repository,
          by: 'ada',
          image: { name: 'registry.example/acme/churn', digest: DIGEST },
        },
      ),
      ...change,
    }
    const deploy = deployHistory(join(scenes.folder, `deploy-${name}`), [
      ['2026-05-10T08:00:00Z', { 'assay-deploy.yml': DEPLOY_CONFIG, [RECORD]: renderRelease(record) }],
    ])
    return { scene, record, deploy }
  }

  async function reproduce(
    scene: Scene,
    deployUrl: string,
    more: Partial<Context> = {},
    asked: Partial<Options> = {},
  ) {
    const options = { ...DEFAULTS, ...asked, run: true, 'deploy-repo': deployUrl }
    const result = await run({ ...scene.context, ...more }, options)
    const { again } = result.json as { again: { folder: string; metrics: { agreement: string }[] } }
    made.push(again.folder)
    return { ...result, again }
  }
  it('makes it again in a fresh folder, finds the same, and touches nothing else', async () => {
    const { scene, record, deploy } = await released()
    scene.repository.git('reset', '--quiet', '--hard')
    const before = scene.repository.git('status', '--porcelain', '--ignored')

    const { again, exitCode, text } = await reproduce(scene, deploy.url)

    expect(exitCode).toBe(0)
    expect(again.metrics.length).toBeGreaterThan(0)
    expect([...new Set(again.metrics.map(({ agreement }) => agreement))]).toEqual(['same'])
    expect(text).toContain('accuracy (gated)')
    expect(text).toContain('It was reproduced')
    expect(execFileSync('git', ['rev-parse', 'HEAD'], { cwd: again.folder, encoding: 'utf8' }).trim()).toBe(
      record.commit,
    )
    expect(existsSync(join(again.folder, 'assay-result/churn/report.html'))).toBe(true)
    expect(scene.repository.git('status', '--porcelain', '--ignored')).toBe(before)
    expect(scene.repository.git('rev-parse', 'HEAD')).toBe(scene.head)
  })

  it('exits 1 where a gated metric is not what the record says', async () => {
    const first = await released()
    const { accuracy, ...others } = first.record.metrics
    const metrics = {
      ...others,
      accuracy: { ...accuracy!, value: 0.5, interval: [0.4, 0.6] as [number, number] },
    }
    const { scene, deploy } = await released(CONFIG, { metrics })

    const { exitCode, text } = await reproduce(scene, deploy.url)

    expect(exitCode).toBe(1)
    expect(text).toMatch(/accuracy \(gated\) +0\.50 +0\.\d+ +differs/)
    expect(text).toContain('It was not reproduced.')
  })

  it('exits 2 where training dies, and says how', async () => {
    const { scene, deploy } = await released(CONFIG.replace('echo training', 'echo no luck; exit 9'))

    const { exitCode, text } = await reproduce(scene, deploy.url)

    expect(exitCode).toBe(2)
    expect(text).toContain('It could not be made again.')
    expect(text).toContain('no luck')
  })

  const IMAGE = `ghcr.io/acme/train@${DIGEST}`
  const inContainer = CONFIG.replace('echo training', 'env > told.txt')

  it('trains and evaluates in the image that the record names, and shows it no key of this machine', async () => {
    const { scene, deploy } = await released(inContainer, { trained_in: IMAGE })
    const { calls, env } = containers('podman', { has: [] })

    const { exitCode, text, again } = await reproduce(scene, deploy.url, {
      env: { ...env, AWS_SECRET_ACCESS_KEY: 'a-key' },
    })

    expect(exitCode, text).toBe(0)
    const name = basename(again.folder)
    const [asked, looked, pulled, ...runs] = calls()
    expect([asked![0], looked, pulled]).toEqual(['info', ['image', 'inspect', IMAGE], ['pull', IMAGE]])
    expect(runs.map(([verb]) => verb)).toEqual(['run', 'run', 'rm'])
    expect(runs[0]).toEqual(expect.arrayContaining([IMAGE, 'sh', 'env > told.txt', `--name=${name}`]))
    expect(runs[0]).toContain(`--mount=type=bind,source=${again.folder},target=${again.folder}`)
    expect(runs.at(-1)).toEqual(['rm', '--force', name])
    const told = readFileSync(join(again.folder, 'told.txt'), 'utf8')
    expect(told).toContain(`ASSAY_WORKSPACE=${again.folder}`)
    expect(told).not.toContain('a-key')
  })

  it('takes the packages of this machine, or another image, where that is asked for', async () => {
    const { scene, deploy } = await released(CONFIG, { trained_in: IMAGE })
    const { calls, env } = containers('docker', { has: [IMAGE, 'other:1'] })

    const own = await reproduce(scene, deploy.url, { env }, { 'own-packages': true })
    expect([own.exitCode, calls()]).toEqual([0, []])
    const other = await reproduce(scene, deploy.url, { env }, { 'in-image': 'other:1' })

    expect(other.exitCode).toBe(0)
    expect(calls().filter(words => words.includes('other:1'))).toHaveLength(3)
    expect(calls().some(([verb]) => verb === 'pull')).toBe(false)
    await expect(
      reproduce(scene, deploy.url, { env }, { 'in-image': 'other:1', 'own-packages': true }),
    ).rejects.toMatchObject({
      code: 'USAGE',
      problems: [{ what: '--in-image and --own-packages are given' }],
    })
  })

  it.each([
    [
      'no container tool',
      undefined,
      'CONTAINERS_MISSING',
      /docker is not installed; podman is not installed$/,
    ],
    ['a login', 'unauthorized: authentication required', 'IMAGE_NOT_PULLED', /podman says: unauthorized/],
  ])('says what to do where %s is missing', async (_, pull, code, what) => {
    const { scene, deploy } = await released(CONFIG, { trained_in: IMAGE })
    const env =
      pull === undefined
        ? { ...gitEnvironment(), PATH: binaries(join(scenes.folder, 'bin-bare')) }
        : containers('podman', { has: [], pull }).env

    await expect(reproduce(scene, deploy.url, { env })).rejects.toMatchObject({
      code,
      problems: [{ what: expect.stringMatching(what), fix: expect.stringContaining(IMAGE) }],
    })
  })

  it('answers that the image is gone where its registry has it no more', async () => {
    const { scene, deploy } = await released(CONFIG, { trained_in: IMAGE })
    const { env } = containers('podman', { has: [], pull: 'reading manifest: manifest unknown' })

    const { exitCode, text } = await reproduce(scene, deploy.url, { env })

    expect(exitCode).toBe(1)
    expect(text).toContain(`! the image is gone: ${IMAGE}: podman says: reading manifest: manifest unknown`)
  })

  /** A machine whose docker or podman writes down what it is asked, and runs commands with what it tells a container. */
  function containers(program: string, { has, pull }: { has: string[]; pull?: string }) {
    const folder = mkdtempSync(join(scenes.folder, 'containers-'))
    const bin = binaries(folder)
    const log = join(folder, 'calls')
    const script = `#!${process.execPath}
const words = process.argv.slice(2)
require('node:fs').appendFileSync(${JSON.stringify(log)}, JSON.stringify(words) + '\\n')
if (words[0] === 'image' && !${JSON.stringify(has)}.includes(words[2])) process.exit(1)
if (words[0] === 'pull' && ${pull !== undefined}) {
  console.error(${JSON.stringify(pull ?? '')})
  process.exit(125)
}
if (words[0] !== 'run') process.exit(0)
const told = words.filter(word => word.startsWith('--env=')).map(word => word.slice(6))
const env = { PATH: process.env.PATH }
for (const word of told) {
  const [name, value = process.env[name]] = word.split('=')
  if (value !== undefined) env[name] = value
}
const at = words.indexOf('-c')
const { status } = require('node:child_process').spawnSync('sh', words.slice(at), { env, stdio: 'inherit' })
process.exit(status)
`
    writeFileSync(join(bin, program), script, { mode: 0o755 })
    return {
      env: { ...gitEnvironment(), PATH: bin },
      calls: () =>
        existsSync(log)
          ? readFileSync(log, 'utf8')
              .trim()
              .split('\n')
              .map(line => JSON.parse(line) as string[])
          : [],
    }
  }

  it('DVC-less: says that it is, and goes on where all data is in the repository', async () => {
    const path = binaries(join(scenes.folder, 'bin'))
    const env = { ...gitEnvironment(), PATH: path }
    const missing = await released(CONFIG, { data: [`data/train.csv md5 ${'a'.repeat(32)}`] })
    const there = await released(CONFIG, { data: [`candidate.csv md5 ${'a'.repeat(32)}`] })

    const error = await run(
      { ...missing.scene.context, env },
      { ...DEFAULTS, run: true, 'deploy-repo': missing.deploy.url },
    ).catch(refused => refused)
    expect(error).toMatchObject({
      code: 'DVC_NOT_INSTALLED',
      problems: [{ what: '`dvc` is not on the PATH of this job' }],
    })
    made.push(error.worked.replace('the commit is checked out in ', ''))
    const { exitCode, text } = await reproduce(there.scene, there.deploy.url, { env })
    expect(text).toContain('! the data of the release is recorded, that of this result is not known')
    expect(exitCode).toBe(0)
  })

  it('sends no token to a host that is not the forge of the run', async () => {
    const { scene, deploy } = await released()
    server.forget()
    const env = { ...gitEnvironment(), GITHUB_TOKEN: 'not-a-real-token' }
    const ci = { name: 'GitHub Actions', serverUrl: 'https://github.com' }

    await reproduce(scene, deploy.url, { env, ci })

    expect(server.requests.length).toBeGreaterThan(0)
    expect(server.credentials.filter(one => one !== undefined)).toEqual([])
  })

  it.each([
    ['github', 'GH_TOKEN', 'x-access-token'],
    ['gitlab', 'GITLAB_TOKEN', 'x-access-token'],
    ['gitlab', 'CI_JOB_TOKEN', 'gitlab-ci-token'],
  ] as const)(
    'on %s sends %s to the forge of the run, and no token of another',
    async (forge, name, user) => {
      const { scene, deploy } = await released()
      server.forget()
      const others = forge === 'github' ? { GITLAB_TOKEN: 'other' } : { GITHUB_TOKEN: 'other' }
      const env = { ...gitEnvironment(), ...others, [name]: 'its-own' }
      const ci = { name: 'a CI', forge, serverUrl: new URL(server.url('x')).origin }

      await reproduce(scene, deploy.url, { env, ci })

      const sent = `Basic ${Buffer.from(`${user}:its-own`).toString('base64')}`
      expect([...new Set(server.credentials)]).toEqual([sent])
    },
  )

  it('names the address and the commit where it is gone', async () => {
    const { scene, deploy, record } = await released(CONFIG, { commit: 'f'.repeat(40) })

    await expect(
      run(scene.context, { ...DEFAULTS, run: true, 'deploy-repo': deploy.url }),
    ).rejects.toMatchObject({
      code: 'CLONE_FAILED',
      problems: [{ what: expect.stringContaining(`${record.repository} at ffffffffffff`) }],
    })
  })
})

/** A folder with git and what a shell needs, and no dvc. */
function binaries(folder: string): string {
  mkdirSync(folder, { recursive: true })
  for (const name of ['git', 'bash', 'sh', 'cp', 'echo', 'cat', 'env']) {
    const [found] = (process.env.PATH ?? '')
      .split(':')
      .map(part => join(part, name))
      .filter(existsSync)
    if (found) symlinkSync(found, join(folder, name))
  }
  return folder
}
