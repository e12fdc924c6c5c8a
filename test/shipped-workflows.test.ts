// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of workflows
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { starterCi } from '../src/ci/starter.ts'
import { starterDeploy } from '../src/ci/starter-deploy.ts'
import { starterDrift } from '../src/ci/starter-drift.ts'
import { dangerousWorkflows } from '../src/ci/workflows/dangerous.ts'
import { workflowFindings } from '../src/ci/workflows/findings.ts'
import { RELEASED } from '../src/core/config/released.ts'
import { testFolder } from './support/git-repository.ts'
import { missing } from './support/tools.ts'

const MISSING = missing('zizmor', '--version')
const LACKING = missing('actionlint', '--version') ?? missing('shellcheck', '--version')
const { folder, remove } = testFolder()
afterAll(remove)

/** A workflow or an action that is shipped or shown, whole: what is shown in part has the rest around it. */
interface Shipped {
  from: string
  text: string
}

const inside = (path: string) =>
  existsSync(path)
    ? readdirSync(path)
        .map(name => `${path}/${name}`)
        .filter(name => /\.ya?ml$/.test(name))
    : []
const own = [
  ...inside('.github/workflows'),
  // The deploy repository of an example lies in a folder of it.
  ...readdirSync('examples')
    .flatMap(name => [`examples/${name}`, `examples/${name}/deploy`])
    .flatMap(root => inside(`${root}/.github/workflows`)),
].map((from): Shipped => ({ from, text: readFileSync(from, 'utf8') }))

const pages = [
  'README.md',
  'CHANGELOG.md',
  'ARCHITECTURE.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
  ...readdirSync('examples').map(name => `examples/${name}/README.md`),
].filter(page => existsSync(page))
const shown = pages.flatMap(page =>
  [...readFileSync(page, 'utf8').matchAll(/^( *)```ya?ml\n([\s\S]*?)^\1```$/gm)]
    .map(([, indent = '', text = '']) => text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
    .filter(text => /\buses:|^\s*runs-on:/m.test(text))
    .map((text, at): Shipped => ({ from: `${page}, ${at + 1}`, text: whole(text) })),
)

const demo: Shipped[] = [
  ...readFileSync('demo/workflows.ts', 'utf8').matchAll(/^ \* {5}(- uses:[\s\S]*?)\n \*\//gm),
].map(([, steps = '']) => ({ from: 'demo/workflows.ts', text: whole(steps.replaceAll(/^ \* {5}/gm, '')) }))
const written: Shipped = { from: 'assay init', text: starterCi('github').text }
const withBot: Shipped = { from: 'assay init --bot', text: starterCi('github', { bot: true }).text }
const ofDeploy: Shipped = { from: 'assay init --deploy', text: starterDeploy('github').text }
const schedule: Shipped = { from: 'assay init --drift', text: starterDrift('github', []).text }
const several: Shipped = {
  from: 'assay init --drift, two models',
  text: starterDrift(
    'github',
    ['churn', 'fraud'].map(model => ({ model, deploy: 'acme/deploy' })),
  ).text,
}
const action: Shipped = { from: 'action.yml', text: readFileSync('action.yml', 'utf8') }
const workflows = [...own, ...shown, ...demo, written, withBot, ofDeploy, schedule, several]

function whole(text: string): string {
  const value = parse(text) as unknown
  if (Array.isArray(value))
    return `on: pull_request\npermissions: { pull-requests: write, checks: write }\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - id: app\n        run: 'true'\n${text.replaceAll(/^/gm, '      ')}\n`
  return Object.hasOwn(value as object, 'on') ? text : `on: push\n${text}`
}

interface Finding {
  ident: string
  determinations: { severity: string }
  locations: { symbolic: { key: { Local?: { verbatim_path: string } } } }[]
}

describe.skipIf(MISSING)('workflows that are shipped or shown', () => {
  let findings: string[] = []

  beforeAll(() => {
    const names = new Map<string, string>()
    const files = [...workflows, action].map(({ from, text }, at) => {
      const home = join(folder, String(at), from === 'action.yml' ? '' : '.github/workflows')
      mkdirSync(home, { recursive: true })
      const path = join(home, from === 'action.yml' ? 'action.yml' : 'x.yml')
      writeFileSync(path, text)
      names.set(path, from)
      return path
    })
    const { stdout, stderr, status } = spawnSync(
      'zizmor',
      ['--offline', '--no-config', '--persona=regular', '--format=json', '--no-progress', ...files],
      { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    )
    if (status === null || (status !== 0 && status < 10)) throw new Error(`zizmor: ${stderr}`)
    findings = (JSON.parse(stdout) as Finding[])
      .map(({ ident, determinations, locations }) => {
        const path = locations[0]?.symbolic.key.Local?.verbatim_path ?? ''
        return `${names.get(path) ?? path}: ${determinations.severity} ${ident}`
      })
      .sort()
  })

  it('are all there', () => {
    const places = workflows.map(({ from }) => from.replace(/, \d+$/, ''))

    expect(new Set(places)).toEqual(
      new Set([
        '.github/workflows/ci.yml',
        '.github/workflows/explore.yml',
        '.github/workflows/release.yml',
        'examples/deploy-repo/.github/workflows/check.yml',
        'examples/deploy-repo/.github/workflows/promote.yml',
        'examples/sklearn-dvc/.github/workflows/model.yml',
        'examples/sklearn-dvc/deploy/.github/workflows/promote.yml',
        'README.md',
        'docs/action.md',
        'docs/bot.md',
        'docs/commands/retrain.md',
        'docs/forks.md',
        'docs/living-with-it.md',
        'docs/promotion.md',
        'demo/workflows.ts',
        'assay init',
        'assay init --bot',
        'assay init --deploy',
        'assay init --drift',
        'assay init --drift, two models',
      ]),
    )
  })

  it('give zizmor nothing to say', () => {
    // The action tries itself out by its path: what is checked out, not what is published.
    expect(findings).toEqual(['.github/workflows/ci.yml: Low self-repository'])
  })

  it('would be found if they were bad', () => {
    const path = join(folder, 'bad', '.github/workflows')
    mkdirSync(path, { recursive: true })
    writeFileSync(
      join(path, 'x.yml'),
      written.text.replace(/ +persist-credentials:.*\n/, '').replace(RELEASED.commit, 'v0'),
    )
    const { stdout } = spawnSync(
      'zizmor',
      ['--offline', '--no-config', '--format=json', join(path, 'x.yml')],
      {
        encoding: 'utf8',
      },
    )

    expect((JSON.parse(stdout) as Finding[]).map(({ ident }) => ident).sort()).toEqual([
      'artipacked',
      'unpinned-uses',
    ])
  })
})

describe.skipIf(LACKING)('actionlint, with shellcheck for what is run', () => {
  const findings = (files: Shipped[]): string[] => {
    const names = new Map(
      files.map(({ from, text }, at) => {
        // Ours are read where they are, so that the action they try out is looked into too.
        if (own.some(ours => ours.from === from)) return [resolve(from), from]
        const path = join(folder, `lint-${at}.yml`)
        writeFileSync(path, text)
        return [path, from]
      }),
    )
    const { stdout, stderr, status } = spawnSync(
      'actionlint',
      ['-no-color', '-format', '{{json .}}', ...names.keys()],
      { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    )
    if (status !== 0 && status !== 1) throw new Error(`actionlint: ${stderr}`)
    return (JSON.parse(stdout) as { filepath: string; line: number; message: string }[]).map(
      ({ filepath, line, message }) => `${names.get(resolve(filepath)) ?? filepath}, ${line}: ${message}`,
    )
  }

  it('finds nothing in what is shipped or shown', () => {
    expect(findings(workflows)).toEqual([])
  })

  it('would find an expression of nothing, an unknown key and a shell that splits words', () => {
    const bad = `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    step: []\n    steps:\n      - run: echo $HOME \${{ github.evnt }}\n`

    expect(findings([{ from: 'bad', text: bad }])).toEqual([
      expect.stringContaining('bad, 5: unexpected key "step"'),
      expect.stringContaining('bad, 7: shellcheck reported issue'),
      expect.stringContaining('bad, 7: property "evnt" is not defined'),
    ])
  })
})

describe('every workflow that is shipped or shown', () => {
  it.each(workflows)('$from: gives assay check nothing to warn of', ({ from, text }) => {
    const files = [{ path: from, text }]

    expect(
      [...workflowFindings(files), ...dangerousWorkflows(files)].filter(({ level }) => level !== 'ok'),
    ).toEqual([])
  })

  it.each(workflows.filter(({ text }) => /actions\/checkout@/.test(text)))(
    '$from: leaves no credentials beside code that it runs',
    ({ text }) => {
      const { jobs } = parse(text) as { jobs: Record<string, { steps: { uses?: string; with?: object }[] }> }
      const checkouts = Object.values(jobs)
        .flatMap(({ steps }) => steps)
        .filter(({ uses }) => uses?.startsWith('actions/checkout@'))

      for (const step of checkouts) expect(step.with).toMatchObject({ 'persist-credentials': false })
    },
  )

  it.each(workflows.filter(({ text }) => /create-github-app-token@/.test(text)))(
    "$from: the app's token is for named repositories and named permissions",
    ({ text }) => {
      const { jobs } = parse(text) as {
        jobs: Record<string, { steps: { uses?: string; with?: Record<string, string> }[] }>
      }
      const tokens = Object.values(jobs)
        .flatMap(({ steps }) => steps)
        .filter(({ uses }) => uses?.startsWith('actions/create-github-app-token@'))

      for (const { with: inputs = {} } of tokens) {
        expect(Object.keys(inputs).some(name => name.startsWith('permission-'))).toBe(true)
        if (inputs.owner !== undefined) expect(inputs.repositories).toMatch(/\w/)
      }
    },
  )
})

describe('every job that has the token for Argo CD', () => {
  const blocks = pages.flatMap(page =>
    [...readFileSync(page, 'utf8').matchAll(/^```ya?ml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text),
  )
  const given = [...workflows.map(({ text }) => text), ...blocks]
    .filter(text => /^ *ARGOCD_AUTH_TOKEN:/m.test(text))
    .flatMap(text => mapsWith('ARGOCD_AUTH_TOKEN', parse(text)))

  it('names the host that it is for beside it', () => {
    expect(given.length).toBeGreaterThanOrEqual(3)
    for (const env of given) expect(env).toHaveProperty('ARGOCD_SERVER')
  })

  function mapsWith(key: string, value: unknown): object[] {
    if (typeof value !== 'object' || value === null) return []
    const below = Object.values(value).flatMap(one => mapsWith(key, one))
    return Object.hasOwn(value, key) ? [value, ...below] : below
  }
})

describe('the commit that all of them name', () => {
  it('is one of this repository, and its bundles are there', () => {
    const git = (...parameters: string[]) =>
      execFileSync('git', parameters, { encoding: 'utf8', stdio: 'pipe' }).trim()
    const isHere = spawnSync('git', ['cat-file', '-e', `${RELEASED.commit}^{commit}`]).status === 0

    expect(RELEASED.commit).toMatch(/^[0-9a-f]{40}$/)
    // A shallow clone, or one without git, has no history to look at.
    if (!isHere) return
    expect(git('cat-file', '-t', `${RELEASED.commit}:dist/action.js`)).toBe('blob')
    expect(git('merge-base', RELEASED.commit, 'HEAD')).toBe(RELEASED.commit)
  })

  it.each([
    ['.gitlab-ci.yml', starterCi('gitlab').text],
    ['Jenkinsfile', starterCi('jenkins').text],
    ['.github/workflows/assay.yml', starterCi('github').text],
    ['.github/workflows/assay.yml with --bot', starterCi('github', { bot: true }).text],
  ])('is what %s of assay init names, and nothing that can be moved', (_, text) => {
    expect(text).toContain(RELEASED.commit)
    expect(text).not.toMatch(/@v\d|\/v\d+\/|assay-version: '?v/)
  })
})
