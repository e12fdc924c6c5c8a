import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { starterDeploy } from '../../src/ci/starter-deploy.ts'
import { type EnvironmentPlace, parseDeploy, placesOf } from '../../src/commands/deploy/read/state.ts'
import { changesOf } from '../../src/commands/deploy/write/promotion.ts'
import { COMMANDS } from '../../src/commands/table/index.ts'
import type { ReleaseRecord } from '../../src/core/release/record.ts'
import { parseRelease } from '../../src/core/release/record-file.ts'
import { TARGETS } from '../../src/targets/index.ts'
import { RELEASE_TARGETS } from '../../src/targets/release-targets.ts'
import { schemaProblems } from '../support/manifest-schemas.ts'
import { release } from '../support/releases.ts'
import { missing } from '../support/tools.ts'
import { PROMOTIONS, type Promotion } from '../targets/promotions.ts'

const REPO = 'examples/deploy-repo'
const copy = mkdtempSync(join(tmpdir(), 'deploy-repo-'))
afterAll(() => rmSync(copy, { recursive: true, force: true }))

describe('promoting into examples/deploy-repo', () => {
  it('has every target in it that writes a release itself', () => {
    // A file that holds a tag alone is one of the other layouts.
    expect([...new Set([...PROMOTIONS.map(one => one.target), 'text'])].toSorted()).toEqual(
      Object.keys(RELEASE_TARGETS).toSorted(),
    )
  })

  it.each(PROMOTIONS)('$model, $environment, $target: changes $lines lines', one => {
    const { before, after } = promoted(one)

    const old = new Set(before.split('\n'))
    const changed = after.split('\n').filter(line => !old.has(line))
    expect(changed).toHaveLength(one.lines)
    expect(parseAllDocuments(after).flatMap(document => document.errors)).toEqual([])
  })

  it.each(PROMOTIONS)('$model, $environment, $target: what is written fits its schema', one => {
    const { after } = promoted(one)

    expect(schemaProblems(after)).toEqual([])
  })

  it('knows a manifest that does not fit its schema', () => {
    const { after } = promoted(PROMOTIONS.find(one => one.target === 'argo-rollouts')!)

    const wrong = after.replace('setWeight: 5', 'setWeight: "5"')

    expect(schemaProblems(wrong)).not.toEqual([])
  })
})

describe('assay-deploy.yml of examples/deploy-repo', () => {
  const config = parseDeploy(readFileSync(join(REPO, 'assay-deploy.yml'), 'utf8'))
  const models = readdirSync(join(REPO, 'apps'))
  const places = models.flatMap(model => placesOf(config, model).map(place => ({ model, place })))
  const named = places.map(one => ({ ...one, environment: one.place.environment.name }))

  it('has a folder for every model in every environment that it enters, and none besides', () => {
    const folders = models.flatMap(model =>
      readdirSync(join(REPO, 'apps', model, 'overlays')).map(name => `apps/${model}/overlays/${name}`),
    )

    expect(places.map(({ place }) => place.folder).toSorted()).toEqual(folders.toSorted())
  })

  it('needs no line for a model that is like the rest', () => {
    expect(models.filter(model => !Object.hasOwn(config.models, model))).toContain('churn')
  })

  it.each(named)(
    'takes a release of $model into $environment: its manifests and its record',
    ({ model, place }) => {
      const to = releaseInto(model, 1)
      const texts = textsOf(place)

      const changes = changesOf({ place, to }, texts)

      const changed = changes.filter(({ before, after }) => before !== after).map(({ path }) => path)
      expect(changed).toEqual([place.recordFile, ...place.manifests])
      expect(changes.flatMap(({ after }) => schemaProblems(after!))).toEqual([])
      const manifests = changes.slice(1).map(({ after }) => after!)
      expect(manifests.join()).toMatch(new RegExp(`${to.image!.digest}|${to.uri}`))
      expect(parseRelease(changes[0]!.after!, place.recordFile)).toEqual(to)
    },
  )

  it.each(named)(
    'changes nothing the second time in $model, $environment; another release does',
    ({ model, place }) => {
      const promote = (number: number, texts: ReadonlyMap<string, string | undefined>) => {
        const to = releaseInto(model, number)
        const changes = changesOf({ place, to }, texts)
        return new Map([...texts, ...changes.map(({ path, after }) => [path, after] as const)])
      }
      const once = promote(1, textsOf(place))

      expect(promote(1, once)).toEqual(once)
      const next = promote(2, once)
      for (const path of place.manifests) expect(next.get(path)).not.toBe(once.get(path))
    },
  )
})

describe('the workflow of examples/deploy-repo', () => {
  const text = readFileSync(join(REPO, '.github/workflows/promote.yml'), 'utf8')
  const workflow = parse(text) as {
    permissions: object
    jobs: Record<
      string,
      {
        steps: { uses?: string; run?: string; with?: Record<string, string>; env?: Record<string, string> }[]
      }
    >
  }
  const steps = Object.values(workflow.jobs).flatMap(job => job.steps)

  it('gives the workflow’s own token no rights and puts nothing of an event into a shell', () => {
    expect(workflow.permissions).toEqual({})
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([])
  })

  it('asks for commands and inputs that there are', () => {
    const own = steps.filter(({ uses }) => uses?.startsWith('assay-ml/assay@'))

    expect(own.map(step => step.with!.command)).toEqual(['promote', 'verify'])
    for (const step of own) {
      const { command = '', ...inputs } = step.with!
      const known = [...Object.keys(COMMANDS[command]!.options), 'deploy-token']
      expect(Object.keys(inputs).filter(name => !known.includes(name))).toEqual([])
    }
  })

  it('asks of all that serves whether it is live, as what `init --deploy` writes does', () => {
    const written = parse(starterDeploy('github').text) as typeof workflow
    const asked = ({ jobs }: typeof workflow) => {
      const { with: inputs, env } = jobs.verify!.steps.at(-1)!
      return { inputs, env }
    }

    expect(asked(workflow)).toEqual(asked(written))
  })
})

describe('real renderers', () => {
  describe.each([
    { target: 'kustomize', tool: 'kustomize' },
    { target: 'helm-values', tool: 'helm' },
  ])('$tool', ({ target, tool }) => {
    const why = missing(tool, 'version')

    it.skipIf(why).each(PROMOTIONS.filter(one => one.target === target))(
      `accepts $model in $environment${why ? ` (skipped: ${why})` : ''}`,
      one => {
        const { after, file } = promoted(one)
        cpSync(REPO, copy, { recursive: true })
        writeFileSync(join(copy, folderOf(one), file), after)

        const rendered = tool === 'helm' ? helm(one) : run('kustomize', ['build', join(copy, folderOf(one))])

        const { image, uri } = one.release
        expect(rendered).toContain(`@${image!.digest}`)
        expect(rendered).toContain(`MODEL_URI`)
        expect(rendered).toContain(uri)
        expect(parseAllDocuments(rendered).flatMap(document => document.errors)).toEqual([])
      },
    )
  })
})

function promoted(one: Promotion): { before: string; after: string; file: string } {
  const target = TARGETS[one.target]!
  const [file] = target.needs(one.options) as [string]
  const before = readFileSync(join(REPO, folderOf(one), file), 'utf8')
  const after = target.edit(new Map([[file, before]]), one.release, one.options).get(file)
  return { before, after: after ?? before, file }
}

function releaseInto(model: string, number: number): ReleaseRecord {
  const { image, ...rest } = release(number, model)
  return {
    ...rest,
    image: { name: `ghcr.io/acme/${model}`, digest: image!.digest },
    uri: `s3://models/${model}/${number}`,
  }
}

function textsOf({ recordFile, manifests }: EnvironmentPlace): Map<string, string | undefined> {
  return new Map([
    [recordFile, undefined],
    ...manifests.map((path): [string, string] => [path, readFileSync(join(REPO, path), 'utf8')]),
  ])
}

function folderOf({ model, environment }: Promotion): string {
  return `apps/${model}/overlays/${environment}`
}

function helm(one: Promotion): string {
  const chart = join(copy, `apps/${one.model}/chart`)
  return run('helm', ['template', one.model, chart, '--values', join(copy, folderOf(one), 'values.yaml')])
}

function run(tool: string, args: string[]): string {
  return execFileSync(tool, args, { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: copy } })
}
