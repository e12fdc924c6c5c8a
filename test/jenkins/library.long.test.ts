import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { VERSION } from '../../src/version.ts'
import { createRepository } from '../support/git-repository.ts'
import { noEngine } from './engine.ts'
import { useJenkins } from './jenkins.ts'

const jenkins = useJenkins()
const folder = mkdtempSync(join(tmpdir(), 'assay-jenkins-library-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let count = 0

/** A workspace whose repository has these files. */
function workspace(files: Record<string, string> = {}): string {
  const path = join(folder, `work space-${++count}`)
  createRepository(path).commit('base', { 'readme.md': '', ...files })
  return path
}

/** A program that an agent may have, as a script of the shell. */
function program(name: string, script: string): string {
  const path = join(folder, `bin-${++count}`)
  mkdirSync(path)
  writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(path, name), 0o755)
  return path
}

/** An installed CLI that says what it was called with. */
const installed = () =>
  join(program('assay', `[ "$1" = --version ] && echo ${VERSION} || echo called "$@"`), 'assay')

describe.skipIf(noEngine)('the engine of these tests', () => {
  it.each([
    ["System.getenv('PATH')", 'staticMethod java.lang.System getenv'],
    ["'id'.execute()", 'method java.lang.String execute'],
    ["new File('/etc/passwd').text", 'new java.io.File'],
    ["new URL('http://localhost').text", 'new java.net.URL'],
    ["getClass().classLoader.loadClass('x')", 'method Jenkinsfile getClass'],
    ["evaluate('1')", 'method Jenkinsfile evaluate'],
    ['currentBuild.rawBuild', 'field RunOfBuild rawBuild'],
    ["Class.forName('java.lang.System')", 'staticMethod java.lang.Class forName'],
  ])('JK-003: refuses what a folder library may not do: %s', async (script, refused) => {
    const { result, error } = await jenkins.build({ jenkinsfile: script, workspace: workspace() })

    expect(result).toBe('FAILURE')
    expect(error).toContain(`Scripts not permitted to use ${refused}`)
  })

  it('fails on state that would not survive a restart of the controller', async () => {
    const jenkinsfile = "def kept = ('a' =~ /a/); echo 'a step'; echo kept.toString()"

    const { result, error } = await jenkins.build({ jenkinsfile, workspace: workspace() })

    expect(result).toBe('FAILURE')
    expect(error).toContain('NotSerializableException: java.util.regex.Matcher')
  })
})

describe.skipIf(noEngine)('the Jenkins library', () => {
  it('says in one line that Windows agents are not supported', async () => {
    const { result, error } = await jenkins.build({
      jenkinsfile: 'assayCheck()',
      workspace: workspace(),
      windows: true,
    })

    expect(result).toBe('FAILURE')
    expect(error).toBe('Assay runs on Linux and macOS agents; Windows agents are not supported.')
  })

  it('refuses parameters that do not exist, and names those that do', async () => {
    const run = await jenkins.build({ jenkinsfile: 'assayRun(modle: 1)', workspace: workspace() })
    const whole = await jenkins.build({ jenkinsfile: "assayPipeline(label: 'gpu')", workspace: workspace() })

    expect(run.error).toMatch(
      /^assay run: unknown parameter modle; known: config, model, .*dryRun, cli, credentialsId, credentialsKind$/,
    )
    expect(whole.error).toMatch(/^assayPipeline: unknown parameter label; known: agent, credentialsId, /)
  })

  it('passes parameters of any type on, and leaves out what is null or false', async () => {
    const jenkinsfile = `assayRun(cli: '${installed()}', pullRequest: 7, comment: false, dryRun: true, model: null, base: "ma\${'in'}")
      assayRun(cli: '${installed()}', dryRun: 'false', noRelease: 'no')`

    const { log, result } = await jenkins.build({ jenkinsfile, workspace: workspace() })

    expect(result).toBe('SUCCESS')
    expect(log.split('\n').filter(line => line.startsWith('called'))).toEqual([
      'called run --config=assay.yml --base=main --output=assay-result --pull-request=7 --comment=false --dry-run=true',
      'called run --config=assay.yml --output=assay-result --comment=true --no-release=no',
    ])
  })

  it('says so where an installed CLI is of another version', async () => {
    const cli = join(program('assay', 'echo 9.9.9'), 'assay')

    const { log, result } = await jenkins.build({
      jenkinsfile: `assayCheck(cli: '${cli}')`,
      workspace: workspace(),
    })

    expect(result).toBe('SUCCESS')
    expect(log).toContain(`${cli} is not version ${VERSION}, which this library was made for`)
  })

  it('brings its CLI once per workspace, and brings it again where somebody changed it', async () => {
    const place = workspace()
    const copy = `${place}@tmp/assay-${VERSION}.cjs`
    const build = () =>
      jenkins.build({
        jenkinsfile: "assayInit(dryRun: true, ci: 'jenkins'); assayInit(dryRun: true)",
        workspace: place,
      })

    const first = await build()
    const original = readFileSync(copy, 'utf8')
    writeFileSync(copy, 'console.log("not Assay")')
    const second = await build()

    const written = ({ steps }: typeof first) => steps.filter(({ step }) => step === 'writeFile').length
    expect([first.result, second.result]).toEqual(['SUCCESS', 'SUCCESS'])
    expect([written(first), written(second)]).toEqual([1, 1])
    expect(second.log).not.toContain('not Assay')
    expect(readFileSync(copy, 'utf8')).toBe(original)
    expect(readdirSync(`${place}@tmp`)).toEqual([`assay-${VERSION}.cjs`])
  })

  it('runs no CLI whose checksum or version is not that of the library', async () => {
    const lock = join(jenkins.library, 'resources/assay/cli.lock')
    const right = readFileSync(lock, 'utf8')
    const build = () => jenkins.build({ jenkinsfile: 'assayCheck()', workspace: workspace() })

    writeFileSync(lock, right.replace(/[0-9a-f]{4}\n/, '0000\n'))
    const changed = await build()
    writeFileSync(lock, right.replace(VERSION, '9.9.9'))
    const other = await build()
    writeFileSync(lock, right)

    for (const { result, error } of [changed, other]) {
      expect(result).toBe('FAILURE')
      expect(error).toContain('the copy of the CLI is not the one of the library')
    }
  })

  it('says what is missing on an agent without Node', async () => {
    const { error } = await jenkins.build({
      jenkinsfile: 'assayCheck()',
      workspace: workspace(),
      env: { PATH: '/nowhere:/usr/bin:/bin' },
    })

    expect(error).toMatch(existsSync('/usr/bin/node') ? /./ : /no node \(22 or newer\) on its PATH/)
  })

  it('shows a build description as text, whichever formatter Jenkins has', async () => {
    const cli = join(
      program(
        'assay',
        'printf "\\n<img src=x onerror=alert(1)> & more\\n" > "$ASSAY_STEP_FOLDER/outcome.txt"; exit 2',
      ),
      'assay',
    )

    const { description, error } = await jenkins.build({
      jenkinsfile: `assayCheck(cli: '${cli}')`,
      workspace: workspace(),
    })

    expect(description).toBe('‹img src=x onerror=alert(1)› & more')
    expect(error).toBe('<img src=x onerror=alert(1)> & more')
  })

  it('fails with the exit code where a command said nothing, and keeps what it wrote', async () => {
    const cli = join(
      program('assay', 'mkdir -p assay-result/m; echo x > assay-result/m/report.md; exit 70'),
      'assay',
    )

    const { error, steps } = await jenkins.build({
      jenkinsfile: `assayRun(cli: '${cli}')`,
      workspace: workspace(),
    })

    expect(error).toBe('assay run ended with exit code 70')
    expect(steps.find(({ step }) => step === 'archiveArtifacts')!.files).toEqual(['assay-result/m/report.md'])
  })

  it('shows JUnit reports of all models', async () => {
    const cli = join(
      program(
        'assay',
        'for m in a b; do mkdir -p assay-result/$m; echo "<testsuites/>" > assay-result/$m/junit.xml; done',
      ),
      'assay',
    )

    const { steps } = await jenkins.build({ jenkinsfile: `assayRun(cli: '${cli}')`, workspace: workspace() })

    expect(steps.find(({ step }) => step === 'junit')!.files).toEqual([
      'assay-result/a/junit.xml',
      'assay-result/b/junit.xml',
    ])
  })
})

describe.skipIf(noEngine)('assayPipeline', () => {
  const pipeline = (
    env: Record<string, string>,
    more = '',
    files: Record<string, string> = {},
    credentials = { read: 'secret-of-the-model', deploy: 'secret-of-the-deploy' },
  ) =>
    jenkins.build({
      jenkinsfile: `assayPipeline(agent: 'gpu', cli: '${installed()}', credentialsId: 'read', releaseCredentialsId: 'deploy'${more})`,
      workspace: workspace(files),
      credentials,
      env,
      checkout: { GIT_COMMIT: 'a'.repeat(40), GIT_URL: 'https://git.example/octo/model.git' },
    })

  /** Ids of the credentials that were bound, in order. */
  const tokens = (steps: Awaited<ReturnType<typeof pipeline>>['steps']) =>
    steps
      .filter(({ step }) => step === 'withCredentials')
      .flatMap(one => one.arguments.map((bound: { credentialsId: string }) => bound.credentialsId))

  it('releases on the primary branch, after the verdict, with the token for it', async () => {
    const { log, steps, result } = await pipeline({ BRANCH_NAME: 'main', BRANCH_IS_PRIMARY: 'true' })

    const stages = steps.filter(({ step }) => step === 'stage').map(one => one.arguments)
    expect(result).toBe('SUCCESS')
    expect(steps[0]).toMatchObject({ step: 'node', arguments: 'gpu' })
    expect(stages).toEqual(['Checkout', 'Data', 'Model', 'Release'])
    expect(log).toMatch(/called run .*--no-release.*called release /s)
    expect(tokens(steps)).toEqual(['read', 'deploy'])
  })

  it.each([
    [{ BRANCH_NAME: 'PR-1', CHANGE_ID: '1', BRANCH_IS_PRIMARY: 'true' }, ''],
    [{ BRANCH_NAME: 'PR-1', CHANGE_ID: '1', CHANGE_FORK: 'mallory' }, ", releaseBranch: 'PR-1'"],
    [{ BRANCH_NAME: 'feature' }, ''],
    [{ BRANCH_NAME: 'main', BRANCH_IS_PRIMARY: 'true' }, ", releaseBranch: 'release'"],
  ])('releases nothing in %j%s', async (env, more) => {
    const { log, steps } = await pipeline(env as Record<string, string>, more)

    expect(steps.filter(({ step }) => step === 'stage').map(one => one.arguments)).not.toContain('Release')
    expect(log).toContain('called run')
    expect(log + JSON.stringify(steps)).not.toMatch(/called release|"deploy"/)
  })

  it('takes a GitHub App for a token, and one kind of credentials for the other never', async () => {
    const apps = { read: '12345:secret-of-the-app', deploy: '12345:secret-of-the-app' }
    const env = { BRANCH_NAME: 'main', BRANCH_IS_PRIMARY: 'true' }
    const { log, result, steps } = await pipeline(env, ", credentialsKind: 'password'", {}, apps)
    const bare = await pipeline(env, '', {}, apps)
    const odd = await pipeline(env, ", credentialsKind: 'app'", {}, apps)

    expect(result).toBe('SUCCESS')
    expect(log).toMatch(/called run .*called release /s)
    expect(tokens(steps)).toEqual(['read', 'deploy'])
    expect(log).not.toContain('secret-of-the-app')
    expect(bare.result).toBe('FAILURE')
    expect(odd.error).toBe("credentialsKind is 'app'; known: text, password")
  })

  it('pulls no data where it is told not to', async () => {
    const { log, steps } = await pipeline({ BRANCH_NAME: 'feature' }, ', dvcPull: false', {
      'dvc.lock': 'schema: "2.0"\n',
    })

    expect(steps.filter(({ step }) => step === 'stage').map(one => one.arguments)).toEqual([
      'Checkout',
      'Model',
    ])
    expect(log).toContain('called run')
  })

  it('releases on the branch that it is told', async () => {
    const { log } = await pipeline({ BRANCH_NAME: 'release/2' }, ", releaseBranch: 'release/2'")

    expect(log).toContain('called release ')
  })

  it('releases nothing when a gate failed', async () => {
    const cli = join(program('assay', `[ "$1" = --version ] && echo ${VERSION} || exit 1`), 'assay')
    const { result, log } = await pipeline(
      { BRANCH_NAME: 'main', BRANCH_IS_PRIMARY: 'true' },
      `, run: [cli: '${cli}']`,
    )

    expect(result).toBe('FAILURE')
    expect(log).not.toContain('called release')
  })

  it.each([
    [{ 'data/train.csv.dvc': 'outs: []\n' }, true],
    [{ 'dvc.lock': 'schema: "2.0"\n' }, true],
    [{}, false],
  ])('pulls data where DVC files exist: %j', async (files, pulls) => {
    const dvc = program('dvc', 'echo dvc was called: "$@"')
    const { log } = await pipeline(
      { BRANCH_NAME: 'feature', PATH: `${dvc}:${process.env.PATH}` },
      '',
      files as Record<string, string>,
    )

    expect(log.includes('dvc was called: pull')).toBe(pulls)
    expect(log.includes('No DVC files: nothing to pull.\n')).toBe(!pulls)
  })
})

describe.skipIf(noEngine)('assayDeployPipeline', () => {
  const pipeline = (env: Record<string, string>, cli: string, more = '') =>
    jenkins.build({
      jenkinsfile: `assayDeployPipeline(cli: '${cli}'${more}, credentialsId: 'deploy', argocdServer: 'argocd.example.com', argocdCredentialsId: 'argocd')`,
      workspace: workspace(),
      credentials: { deploy: 'secret-of-the-deploy', argocd: 'secret-of-argocd' },
      env,
    })

  it('is of the branch that is deployed from in a job that has no branches', async () => {
    const { result, log } = await pipeline({}, installed())

    expect(result).toBe('SUCCESS')
    expect(log).toMatch(/called promote .*called verify /s)
  })

  it('is of the branch that it names, where the branch source says of none that it is the default', async () => {
    const named = await pipeline({ BRANCH_NAME: 'live' }, installed(), ", deployBranch: 'live'")
    const untold = await pipeline({ BRANCH_NAME: 'live' }, installed())

    expect(named.log).toMatch(
      /called promote [^\n]*--deploy-branch=live.*called verify [^\n]*--deploy-branch=live/s,
    )
    expect(named.steps.filter(({ step }) => step === 'cron')).toHaveLength(1)
    expect(untold.log).toContain('Only checked: live is not said to be the default branch')
    expect(untold.log).not.toContain('called promote')
  })

  it('takes the server of Argo CD from around it where it is given none', async () => {
    const asks = program('assay', 'echo called "$1" for "$ARGOCD_SERVER"')

    const { log } = await jenkins.build({
      jenkinsfile: `withEnv(['ARGOCD_SERVER=argocd.example.com']) { assayDeployPipeline(cli: '${join(asks, 'assay')}') }`,
      workspace: workspace(),
      env: {},
    })

    expect(log).toContain('called verify for argocd.example.com')
  })

  it.each<Record<string, string>>([
    { BRANCH_NAME: 'PR-1', CHANGE_ID: '1', BRANCH_IS_PRIMARY: 'true' },
    { BRANCH_NAME: 'PR-1', CHANGE_ID: '1', CHANGE_FORK: 'mallory' },
    { BRANCH_NAME: 'feature' },
  ])('checks in %j, with no token and no schedule', async env => {
    const { log, steps } = await pipeline(env, installed())

    expect(log).toContain('called check')
    expect(log).not.toMatch(/called (?:promote|verify)/)
    const bound = steps.filter(({ step }) => step === 'withCredentials').flatMap(one => one.arguments)
    expect(bound).toEqual([])
    expect(steps.filter(({ step }) => step === 'cron')).toEqual([])
  })

  it('asks what is live also where a promotion failed, and fails', async () => {
    const failing = program('assay', 'echo called "$@"; [ "$1" != promote ] || exit 2')

    const { result, log } = await pipeline({}, join(failing, 'assay'))

    expect(result).toBe('FAILURE')
    expect(log).toMatch(/called promote .*called verify /s)
  })
})
