import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseDeploy } from '../../../src/commands/deploy/read/state.ts'
import { filesSeen, filesToRead, placesToRetire } from '../../../src/commands/deploy/retire/files-seen.ts'
import { planRetirement } from '../../../src/core/promotion/retirement/plan.ts'
import { renderRelease } from '../../../src/core/release/record-file.ts'
import { release } from '../../support/releases.ts'
import { cases } from '../../support/rounds.ts'

/** Deploy repositories of any layout with several models: one is retired, and the others do not notice. */

const CONFIG = 'assay-deploy.yml'
const MODELS = ['churn', 'churn-eu', 'fraud.v2']
const ENVIRONMENTS = ['staging', 'production']
/** By the folder of manifests: where records stand, and the kustomization that reads them. */
const LAYOUTS: Record<string, (environment: string, model: string) => { records: string; manifest: string }> =
  {
    'apps/{model}/overlays/{environment}': (environment, model) => {
      const records = `apps/${model}/overlays/${environment}`
      return { records, manifest: `${records}/kustomization.yaml` }
    },
    'envs/{environment}': (environment, model) => ({
      records: `envs/${environment}/releases/${environment}/${model}`,
      manifest: `envs/${environment}/kustomization.yaml`,
    }),
    '.': (environment, model) => ({
      records: `releases/${environment}/${model}`,
      manifest: 'kustomization.yaml',
    }),
  }
const OWN = ['model-release.yaml', 'model-profile.yaml', 'model-hold.yaml', 'model-watch.yaml']

const entries = fc.constantFrom(
  ': { from: acme/x }',
  ': { skip: [staging] } # why',
  ':\n    # said Kim\n    skip: [production]\n    labels: [ml] # two',
)

const repositories = fc.record({
  layout: fc.constantFrom(...Object.keys(LAYOUTS)),
  entries: fc.array(fc.tuple(fc.constantFrom(...MODELS), entries), { maxLength: 3 }),
  own: fc.subarray(
    MODELS.flatMap(model =>
      ENVIRONMENTS.flatMap(environment => OWN.map(file => [model, environment, file] as const)),
    ),
  ),
})

it('takes away what is of the model, nothing of others, and nothing the second time', () => {
  fc.assert(
    fc.property(repositories, fc.constantFrom(...MODELS), (repository, model) => {
      const before = filesOf(repository)
      const plan = planned(before, model)
      const after = new Map(before)
      for (const { path, content } of plan.changes)
        if (content === undefined) after.delete(path)
        else after.set(path, content)

      const isOwn = (path: string) => path.split('/').includes(model) && OWN.some(file => path.endsWith(file))
      for (const [path, text] of before) {
        if (isOwn(path)) expect([path, after.get(path)]).toEqual([path, undefined])
        else if (path === CONFIG) {
          const { [model]: _, ...others } = parseDeploy(text).models
          expect(parseDeploy(after.get(path)!).models).toEqual(others)
          expect(commentsIn(after.get(path)!)).toEqual(commentsIn(text))
        } else {
          const lines = text.split('\n').filter(line => !isResourceOf(line, path, model))
          // A list of nothing goes too.
          expect(after.get(path)).toBe(lines.join('\n').replace(/^resources:\n(?! )/m, ''))
        }
      }
      expect(planned(after, model)).toMatchObject({ changes: [], byHand: [] })
      for (const other of MODELS.filter(one => one !== model))
        expect(planned(after, other).places).toEqual(planned(before, other).places)
    }),
    cases(50),
  )
})

function planned(files: ReadonlyMap<string, string>, model: string) {
  const config = files.get(CONFIG)!
  const places = placesToRetire(parseDeploy(config), model)
  const all = [...files.keys()].sort()
  const texts = new Map(filesToRead(model, places, all).map(path => [path, files.get(path)]))
  return planRetirement({
    model,
    config: { path: CONFIG, text: config },
    ...filesSeen(model, places, { all, texts }),
    elsewhere: [],
    others: [],
    branches: [],
  })
}

function filesOf({ layout, entries: written, own }: Repository): Map<string, string> {
  const at = LAYOUTS[layout]!
  const models = [...new Map(written)].map(([model, entry]) => `  ${model}${entry}\n`)
  const files = new Map([
    ['README.md', 'model-release.yaml\n'],
    [
      CONFIG,
      `path: ${layout} # all\ntarget: kustomize\noptions: { image: '{model}' }\nwatch: { dashboard: true }\nenvironments:\n  staging: {}\n  production: { after: staging }\n${models.length > 0 ? `models:\n${models.join('')}` : ''}# the end\n`,
    ],
  ])
  for (const environment of ENVIRONMENTS)
    for (const model of MODELS) files.set(at(environment, model).manifest, 'images: []\n')
  for (const [model, environment, file] of own) {
    const { records, manifest } = at(environment, model)
    files.set(`${records}/${file}`, file === OWN[0] ? renderRelease(release(1, model)) : `# ${model}\n`)
    if (file !== 'model-watch.yaml') continue
    const folder = manifest.slice(0, -'kustomization.yaml'.length)
    const text = files.get(manifest)!
    const list = text.includes('resources:') ? '' : 'resources:\n'
    files.set(manifest, `${text}${list}  - ${`${records}/${file}`.slice(folder.length)}\n`)
  }
  return files
}

type Repository = typeof repositories extends fc.Arbitrary<infer T> ? T : never

function isResourceOf(line: string, file: string, model: string): boolean {
  const isHere = file.startsWith(`apps/${model}/`) && line === '  - model-watch.yaml'
  return isHere || line.endsWith(`/${model}/model-watch.yaml`)
}

function commentsIn(text: string): string[] {
  return text.match(/# .*/g) ?? []
}
