import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { CiKind } from '../../src/ci/starter.ts'
import { checkDeployFile } from '../../src/commands/checks/targets.ts'
import { parseDeploy } from '../../src/commands/deploy/read/state.ts'
import { run as init } from '../../src/commands/init.ts'
import { deployStart } from '../../src/commands/starting/deploy-start.ts'
import { isManifest, isTagFile } from '../../src/core/deploy-config/starter/carriers/carriers.ts'
import { starterDeployConfig } from '../../src/core/deploy-config/starter/starter-deploy-config.ts'
import { deploymentOf } from '../examples/layout-manifests.ts'
import { LAYOUTS } from '../examples/layouts.ts'
import { writtenFolder } from '../examples/written-folder.ts'
import { createRepository, testFolder } from '../support/git-repository.ts'
import { type Files, useScenes } from './scene.ts'

const { folder, remove } = testFolder()
afterAll(remove)
const scenes = useScenes()
const INIT = {
  ci: undefined,
  bot: false,
  drift: false,
  watch: false,
  deploy: true,
  force: false,
  'dry-run': false,
}
const OLD = `sha256:${'0'.repeat(64)}`

/** What would be written of files, on branches. */
const read = (files: Record<string, string>) => ({
  files: Object.keys(files),
  texts: new Map(Object.entries(files).filter(([path]) => isManifest(path) || isTagFile(path))),
})
function starterOf(files: Record<string, string>, branches: Record<string, Record<string, string>> = {}) {
  const named = Object.entries(branches).map(([name, own]) => ({ name, ...read(own) }))
  return starterDeployConfig({ ...read(files), branches: named })
}

/** What `check` says of it, without a renderer. */
async function problemsIn(files: Record<string, string>): Promise<string[]> {
  const at = writtenFolder(folder, files)
  const { findings } = (await checkDeployFile({ folder: at, env: { PATH: '' } }))!
  return findings.filter(({ level }) => level === 'problem').map(({ text }) => text)
}

/** The lines that say something, without what stands above them for people. */
const linesOf = (text: string) => text.replace(/^#.*\n/gm, '')

describe('assay init --deploy', () => {
  it.each(LAYOUTS.filter(({ apart }) => !apart))(
    'writes what check accepts for $name',
    async ({ deploy, files, models }) => {
      const starter = starterOf(files)!

      expect(starter.questions).toBe(0)
      expect(starter.models).toEqual(models)
      expect(await problemsIn({ ...files, 'assay-deploy.yml': starter.text })).toEqual([])
      // As somebody who knows it would write it; what was trained with nobody can read out of a manifest.
      const known = parseDeploy(deploy).environments.map(({ name, after, path, target, records }) => ({
        name,
        after,
        path,
        target,
        records,
      }))
      expect(
        parseDeploy(starter.text).environments.map(({ name, after, path, target, records }) => ({
          name,
          after,
          path,
          target,
          records,
        })),
      ).toEqual(known)
    },
  )

  it('writes of the example what stands there, one block for each model of another kind', async () => {
    const root = 'examples/deploy-repo'
    const all = Object.fromEntries(
      readdirSync(root, { recursive: true, withFileTypes: true })
        .filter(one => one.isFile() && one.name !== 'assay-deploy.yml')
        .map(one => join(one.parentPath, one.name))
        .map(path => [path.slice(root.length + 1), readFileSync(path, 'utf8')]),
    )
    const { text, questions } = starterOf(all)!

    const written = parse(text)
    const own = parse(readFileSync(`${root}/assay-deploy.yml`, 'utf8'))
    expect(questions).toBe(0)
    expect(written.path).toBe(own.path)
    expect(
      Object.entries(written.models).map(([name, one]) => [name, (one as { target: string }).target]),
    ).toEqual(['forecast', 'fraud', 'ranking', 'vision'].map(name => [name, own.models[name].target]))
    expect(written.models.ranking.skip).toEqual(own.models.ranking.skip)
    expect(await problemsIn({ ...all, 'assay-deploy.yml': text })).toEqual([])
  })

  const kustomization = (name: string) => `images:\n  - name: ghcr.io/acme/${name}\n    digest: ${OLD}\n`
  const image = (name: string) => `image: { repository: ghcr.io/acme/${name}, tag: v1 }\n`
  const OTHERS: Record<string, { files: Record<string, string>; lines: string; questions?: number }> = {
    'overlays that leave the image to their base': {
      files: {
        'apps/churn/base/kustomization.yaml': 'resources: [deployment.yaml]\n',
        'apps/churn/base/deployment.yaml': deploymentOf('churn', 'ghcr.io/acme/churn:v1'),
        'apps/churn/overlays/dev/kustomization.yaml': 'resources: [../../base]\n',
        'apps/churn/overlays/prod/kustomization.yaml': 'resources: [../../base]\n',
        'apps/fraud/overlays/prod/kustomization.yaml': kustomization('fraud'),
        'clusters/prod/kustomization.yaml': 'resources: [../../apps/churn/overlays/prod]\n',
      },
      lines: `path: apps/{model}/overlays/{environment}\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}', add: true }\nenvironments:\n  dev: {}\n  prod: { after: dev }\nmodels:\n  fraud:\n    target: kustomize\n    options: { image: 'ghcr.io/acme/{model}' }\n    skip: [dev]\n`,
    },
    'values of environments that leave the image to the chart': {
      files: {
        'charts/churn/Chart.yaml': 'apiVersion: v2\nname: churn\nversion: 1.0.0\n',
        'charts/churn/values.yaml': `${image('churn')}proxy: { image: { repository: envoyproxy/envoy, tag: v1.30 } }\n`,
        'charts/churn/values-staging.yaml': 'replicas: 1\n',
        'charts/churn/values-prod.yaml': 'replicas: 3\n',
      },
      lines: `path: charts/{model}\ntarget: helm-values\noptions: { file: 'values-{environment}.yaml', set: [{ path: image.tag, value: '{image.tag}', add: true }] }\nenvironments:\n  staging: {}\n  prod: { after: staging }\n`,
    },
    'a chart of many charts': {
      files: Object.fromEntries(
        ['staging', 'prod'].map(name => [
          `values-${name}.yaml`,
          `churn: { ${image('churn').trim()} }\nfraud: { ${image('fraud').trim()} }\n`,
        ]),
      ),
      lines: `path: .\ntarget: helm-values\noptions: { file: 'values-{environment}.yaml', set: [{ path: '{model}.image.tag', value: '{image.tag}' }] }\nenvironments:\n  staging: {}\n  prod: { after: staging }\n`,
    },
    'a chart with its parts in it, whose values count before theirs': {
      files: {
        'umbrella/Chart.yaml':
          'name: umbrella\ndependencies: [{ name: churn }, { name: model-server, alias: fraud }]\n',
        'umbrella/values-staging.yaml': 'churn: { image: { tag: v1 } }\nfraud: { image: { tag: v1 } }\n',
        'umbrella/values-prod.yaml': 'churn: { image: { tag: v1 } }\nfraud: { image: { tag: v1 } }\n',
        'umbrella/charts/churn/Chart.yaml': 'name: churn\n',
        'umbrella/charts/churn/values.yaml': image('churn'),
      },
      lines: `path: umbrella\ntarget: helm-values\noptions: { file: 'values-{environment}.yaml', set: [{ path: '{model}.image.tag', value: '{image.tag}' }] }\nenvironments:\n  staging: {}\n  prod: { after: staging }\n`,
    },
    'a base that the overlays of all environments take as it stands': {
      files: {
        'base/churn.yaml':
          'apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: { name: churn }\nspec: { predictor: { model: { storageUri: s3://models/churn/1 } } }\n',
        'base/kustomization.yaml': 'resources: [churn.yaml]\n',
        'overlays/staging/kustomization.yaml': 'resources: [../../base]\n',
        'overlays/prod/kustomization.yaml': 'resources: [../../base]\n',
      },
      lines: `path: base\ntarget: kserve\noptions: { file: '{model}.yaml' }\nenvironments:\n  staging: {}\n  prod: { after: staging }\nmodels:\n  # ? Where does each environment say its release of churn? What stands there now is in all of these. Give each a file or a patch of its own, name it in \`path\` and the options, and delete its \`skip\`.\n  #     overlays/staging/kustomization.yaml\n  #     overlays/prod/kustomization.yaml\n  churn: { skip: [staging, prod] }\n`,
      questions: 1,
    },
    'overlays that nothing calls like the model': {
      files: {
        'base/kustomization.yaml': 'resources: [deployment.yaml]\n',
        'base/deployment.yaml': deploymentOf('churn', 'ghcr.io/acme/churn:v1'),
        'overlays/staging/kustomization.yaml': 'resources: [../../base]\n',
        'overlays/prod/kustomization.yaml': 'resources: [../../base]\n',
      },
      lines: `path: overlays/{environment}\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}', add: true }\nenvironments:\n  staging: {}\n  prod: { after: staging }\nmodels:\n  churn: {}\n`,
    },
    'values in an Application of Argo CD': {
      files: Object.fromEntries(
        ['staging', 'prod'].map(name => [
          `argocd/${name}/churn.yaml`,
          `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: churn-${name} }\nspec: { source: { chart: serving, helm: { valuesObject: { image: { tag: v1 } } } } }\n`,
        ]),
      ),
      lines: `path: argocd/{environment}\ntarget: yaml\noptions: { file: '{model}.yaml', document: { kind: Application }, set: [{ path: spec.source.helm.valuesObject.image.tag, value: '{image.tag}' }] }\nenvironments:\n  staging: {}\n  prod: { after: staging }\n`,
    },
    'a RayService whose model stands deeper, and of several addresses any could be': {
      files: Object.fromEntries(
        ['staging', 'prod'].map(name => [
          `ray/${name}.yaml`,
          `apiVersion: ray.io/v1\nkind: RayService\nmetadata: { name: llm }\nspec:\n  serveConfigV2: |\n    applications:\n      - name: llm\n        args: { tracking: "http://mlflow:5000", llm_configs: [{ source: s3://models/llm/1 }] }\n      - name: two\n        deployments: [{ name: Two, user_config: { model: s3://models/two/1, rows: s3://rows/two } }]\n`,
        ]),
      ),
      lines: `path: ray\ntarget: yaml\noptions: { file: '{environment}.yaml', set: [{ path: spec.serveConfigV2, inside: [applications, { name: '{model}' }, args, llm_configs, 0, source], value: '{uri}' }] }\nenvironments:\n  staging: {}\n  prod: { after: staging }\nmodels:\n  # ? Which of these does a release of two change? Correct the options, and delete its \`skip\`.\n  #     ["deployments",{"name":"Two"},"user_config","model"]   s3://models/two/1\n  #     ["deployments",{"name":"Two"},"user_config","rows"]   s3://rows/two\n  two:\n    target: yaml\n    options: { file: '{environment}.yaml', set: [{ path: spec.serveConfigV2, inside: [applications, { name: '{model}' }, deployments, { name: Two }, user_config, model], value: '{uri}' }, { path: spec.serveConfigV2, inside: [applications, { name: '{model}' }, deployments, { name: Two }, user_config, rows], value: '{uri}' }] }\n    skip: [staging, prod]\n`,
      questions: 1,
    },
    'models of Seldon': {
      files: {
        'staging/churn.yaml':
          'apiVersion: mlops.seldon.io/v1alpha1\nkind: Model\nmetadata: { name: churn }\nspec: { storageUri: "gs://models/churn/1" }\n',
        'staging/fraud.yaml':
          'apiVersion: machinelearning.seldon.io/v1\nkind: SeldonDeployment\nmetadata: { name: fraud }\nspec: { predictors: [{ name: default, graph: { modelUri: "gs://models/fraud/1" } }] }\n',
      },
      lines: `path: '{environment}'\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: spec.storageUri, value: '{uri}' }] }\nenvironments:\n  staging: {}\nmodels:\n  fraud:\n    target: yaml\n    options: { file: '{model}.yaml', set: [{ path: [spec, predictors, 0, graph, modelUri], value: '{uri}' }] }\n`,
    },
    'a pod of several containers, none of them called like it': {
      files: Object.fromEntries(
        ['staging', 'prod'].map(name => [
          `k8s/${name}/api.yaml`,
          'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: api }\nspec: { template: { spec: { containers: [{ name: envoy, image: "envoyproxy/envoy:v1" }, { name: model, image: "ghcr.io/acme/scorer:v1" }] } } }\n',
        ]),
      ),
      lines: `path: k8s/{environment}\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: [spec, template, spec, containers, { name: envoy }, image], value: '{image}' }] }\nenvironments:\n  staging: {}\n  prod: { after: staging }\nmodels:\n  # ? Which of these does a release of api change? Correct the options, and delete its \`skip\`.\n  #     envoy   envoyproxy/envoy:v1\n  #     model   ghcr.io/acme/scorer:v1\n  api: { skip: [staging, prod] }\n`,
      questions: 1,
    },
    'two regions after one environment, and one after the other': {
      files: Object.fromEntries(
        ['prod-us', 'dev', 'prod-eu', 'staging'].map(name => [
          `envs/${name}/churn/kustomization.yaml`,
          kustomization('churn'),
        ]),
      ),
      lines: `path: envs/{environment}/{model}\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}' }\nenvironments:\n  dev: {}\n  staging: { after: dev }\n  prod-eu: { after: staging }\n  prod-us: { after: staging }\n`,
    },
    'an environment that is written in another way': {
      files: {
        'staging/churn/kustomization.yaml': kustomization('churn'),
        'production/churn/values.yaml': image('churn'),
      },
      lines: `path: '{environment}/{model}'\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}' }\nenvironments:\n  staging: {}\n  production:\n    after: staging\n    target: helm-values\n    options: { set: [{ path: image.tag, value: '{image.tag}' }] }\n`,
    },
    'folders of model and environment in one': {
      files: Object.fromEntries(
        ['staging', 'production'].map(name => [
          `apps/churn-${name}/deployment.yaml`,
          deploymentOf('churn', 'ghcr.io/acme/churn:v1'),
        ]),
      ),
      lines: `path: apps/{model}-{environment}\ntarget: yaml\noptions: { file: deployment.yaml, set: [{ path: [spec, template, spec, containers, 0, image], value: '{image}' }] }\nenvironments:\n  staging: {}\n  production: { after: staging }\n`,
    },
    'environments of no known order': {
      files: Object.fromEntries(
        ['eu', 'blue-team'].map(name => [`overlays/${name}/kustomization.yaml`, kustomization('churn')]),
      ),
      lines: `path: overlays/{environment}\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}' }\nenvironments:\n  # ? In which order does a release enter blue-team, eu? Write \`after: <environment>\` into each that comes after another.\n  blue-team: {}\n  eu: {}\n`,
      questions: 1,
    },
    'values of which any could be the image': {
      files: {
        'charts/serving/Chart.yaml': 'apiVersion: v2\nname: serving\nversion: 1.0.0\n',
        'charts/serving/values-staging.yaml': `a: { ${image('x').trim()} }\nb: { ${image('y').trim()} }\n`,
      },
      lines: `path: charts/{model}\ntarget: helm-values\noptions: { file: 'values-{environment}.yaml', set: [{ path: a.image.tag, value: '{image.tag}' }] }\nenvironments:\n  staging: {}\nmodels:\n  # ? Which of these does a release of serving change? Correct the options, and delete its \`skip\`.\n  #     a.image.tag   ghcr.io/acme/x v1\n  #     b.image.tag   ghcr.io/acme/y v1\n  serving: { skip: [staging] }\n`,
      questions: 1,
    },
  }
  it.each(Object.entries(OTHERS))('writes of %s', async (_, { files, lines, questions = 0 }) => {
    const starter = starterOf(files)!

    expect(linesOf(starter.text)).toBe(lines)
    expect(starter.questions).toBe(questions)
    expect(await problemsIn({ ...files, 'assay-deploy.yml': starter.text })).toEqual([])
  })

  const { files } = LAYOUTS.find(({ name }) => name.startsWith('one folder of environments'))!
  const at = async (own: Files, more: { ci?: CiKind } = {}) => {
    const scene = scenes.local(own, {})
    const context = { ...scene.context, env: { PATH: process.env.PATH } }
    return { scene, ...(await init(context, { ...INIT, ...more })) }
  }

  it.each([
    ['github', '.github/workflows/assay.yml', 'its schedule is in it'],
    ['gitlab', '.gitlab-ci.yml', 'in Build › Pipeline schedules make one for the default branch'],
    ['jenkins', 'Jenkinsfile', 'the first build of its default branch sets the schedule'],
  ] as const)(
    'writes the CI file of %s beside it, proves both, and tells of the schedule',
    async (ci, path, schedule) => {
      const { scene, exitCode, text } = await at(files, { ci })

      expect(exitCode).toBe(0)
      expect(text).toMatch(/^Wrote assay-deploy\.yml\nWrote /)
      expect(text).toContain('✓ assay-deploy.yml is valid: staging, production')
      expect(text).toContain('churn in production: envs/production/kustomization.yaml:4 ')
      expect(text).not.toContain('✗')
      expect(text.toLowerCase()).toMatch(
        new RegExp(`\nto have it run:\n1\\. (?:.*\n)*.*${schedule.toLowerCase()}`),
      )
      expect(scene.read(path)).toMatch(
        ci === 'jenkins' ? /^assayDeployPipeline\(/m : /command: promote|promote\.yml/,
      )
    },
  )

  it('writes over no configuration', async () => {
    const { scene, exitCode, text } = await at({ ...files, 'assay-deploy.yml': '# ours\n' })

    expect(exitCode).toBe(2)
    expect(text).toContain('assay-deploy.yml is there already, and nothing was written')
    expect(scene.read('assay-deploy.yml')).toBe('# ours\n')
    expect(existsSync(join(scene.context.folder, '.github'))).toBe(false)
  })

  it('writes nothing where nothing says which release serves, and names the way of programs', async () => {
    const { scene, exitCode, text } = await at({ 'main.jsonnet': '{}', 'infra/main.tf': '' })

    expect(exitCode).toBe(2)
    expect(text).toContain("Jsonnet: keep the image in a JSON file that it imports, `import 'release.json'`")
    expect(text).toContain('Terraform: keep the image in `models.auto.tfvars.json`')
    expect(text).not.toContain('CUE')
    expect(existsSync(join(scene.context.folder, 'assay-deploy.yml'))).toBe(false)
  })

  it.each([
    ['infra/main.tf', '', 'Terraform: '],
    ['prod/terragrunt.hcl', '', 'Terragrunt: '],
    ['jobs/churn.hcl', '', 'Nomad: '],
    ['churn.nomad', '', 'Nomad: '],
    ['Pulumi.yaml', 'name: churn\n', 'Pulumi: '],
    ['main.jsonnet', '', 'Jsonnet: '],
    ['bundle.cue', '', 'CUE: '],
    ['main.k', '', 'KCL: '],
    ['group_vars/production.yml', 'churn_image: churn\n', 'Ansible: '],
    ['churn/Kptfile', '', 'kpt: '],
    ['skaffold.yaml', 'apiVersion: skaffold/v4beta6\nkind: Config\n', 'Skaffold: '],
    ['readme.yaml', 'hello: world\n', ''],
    ['stack.yaml', 'Resources:\n  Model:\n    Type: AWS::SageMaker::Model\n', 'CloudFormation '],
    ['pipeline.yaml', '# PIPELINE DEFINITION\ncomponents: {}\n', 'Pipelines of Kubeflow and Vertex AI: '],
    [
      'claims/churn.yaml',
      'apiVersion: ml.acme.example/v1\nkind: ModelServer\nmetadata: { name: churn }\nspec: { image: "ghcr.io/acme/churn:v1" }\n',
      'ModelServer, in claims/churn.yaml: ',
    ],
  ])('names what to do where a repository has %s', (path, text, wanted) => {
    const start = deployStart(
      { files: [path], texts: new Map(/\.ya?ml$/.test(path) ? [[path, text]] : []), branches: [] },
      { force: false },
    )

    const ways = ('refused' in start ? start.refused : '').split('\n').filter(line => line.startsWith('- '))
    expect(ways).toEqual(wanted === '' ? [] : [expect.stringMatching(new RegExp(`^- ${wanted}`))])
  })

  it('reads environments from branches, and check proves what is on them', async () => {
    const repository = createRepository(join(folder, 'branches'))
    repository.commit('begin', { 'README.md': 'Deployed from branches.\n' })
    for (const [name, more] of [
      ['staging', ''],
      ['production', '  # by hand\n'],
    ]) {
      repository.git('checkout', '-q', '-b', `env/${name}`, 'main')
      repository.commit(name!, {
        'apps/churn/kustomization.yaml': `${kustomization('churn')}${more}`,
        'apps/fraud/kustomization.yaml': kustomization(name === 'staging' ? 'fraud' : 'other'),
      })
    }
    repository.git('checkout', '-q', 'main')
    // What is merged is a branch, too.
    repository.git('merge', '-q', '-s', 'ours', '--no-edit', 'env/production')
    const scene = scenes.local({}, {})
    const context = { ...scene.context, folder: repository.folder, env: { PATH: process.env.PATH } }

    const { text } = await init(context, INIT)

    expect(linesOf(readFileSync(join(repository.folder, 'assay-deploy.yml'), 'utf8'))).toBe(
      `path: apps/{model}\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}' }\nbranch: env/{environment}\nenvironments:\n  staging: {}\n  production: { after: staging }\nmodels:\n  fraud: { skip: [production] }\n  other:\n    path: apps/fraud\n    skip: [staging]\n`,
    )
    expect(text).toContain('churn in production: apps/churn/kustomization.yaml:3 ')
    expect(text).not.toContain('✗')
    repository.git('branch', '-q', '-D', 'env/production')
    const { findings } = (await checkDeployFile({
      folder: repository.folder,
      env: { PATH: process.env.PATH },
    }))!
    expect(findings).toContainEqual({
      level: 'warning',
      text: 'production stands on the branch env/production, which is not here, so nothing of it is proved: fetch the branch (`git fetch origin`; in CI `fetch-depth: 0`), or `assay promote --dry-run` says what a promotion would do there',
    })
  })

  it('writes a valid file of whatever it finds', () => {
    const word = fc.constantFrom(
      ...[
        'churn',
        'Fraud.v2',
        'a b',
        '{x}',
        'x-y',
        '-',
        'é',
        'no',
        '1',
        "o'x",
        'true',
        'a.b',
        'models',
        '__proto__',
        'constructor',
      ],
    )
    const environment = fc.constantFrom(
      ...['staging', 'prod', 'Prod', 'dev', 'prod-eu', 'qa', 'base', 'eu', 'live_x', 'overlays', ''],
    )
    const reference = fc
      .tuple(
        fc.constantFrom('ghcr.io/acme/', 'docker.io/library/', '', 'x:5000/'),
        word,
        fc.constantFrom(':v1', `@${OLD}`, '', ':{{ tag }}'),
      )
      .map(parts => parts.join(''))
    const document = fc.oneof(
      reference.map(name => ({ images: [{ name }, { name: 'ghcr.io/other/side' }] })),
      fc.tuple(word, reference).map(([name, image]) => ({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name },
        spec: { template: { spec: { containers: [{ name, image }] } } },
      })),
      fc.tuple(word, reference).map(([name, image]) => ({
        apiVersion: 'serving.kserve.io/v1beta1',
        kind: 'InferenceService',
        metadata: { name },
        spec: {
          predictor: { model: { storageUri: `s3://m/${name}` } },
          transformer: { containers: [{ image }] },
        },
      })),
      fc.tuple(word, word).map(([name, key]) => ({
        models: { [name]: { digest: OLD, [key]: { image: { tag: 1, repository: 'a/b' } } } },
        [key]: { image: { tag: 'v1', repository: `x/${name}` } },
      })),
      fc.tuple(word, word).map(([name, key]) => ({
        apiVersion: 'ray.io/v1',
        kind: 'RayService',
        metadata: { name },
        spec: { serveConfigV2: JSON.stringify({ applications: [{ name, args: { [key]: 's3://m/1' } }] }) },
      })),
      fc.tuple(word, word).map(([name, key]) => ({
        apiVersion: 'helm.toolkit.fluxcd.io/v2',
        kind: 'HelmRelease',
        metadata: { name },
        spec: { values: { [key]: { image: { digest: OLD } } } },
      })),
      fc.jsonValue(),
    )
    const file = fc
      .tuple(
        fc.array(fc.oneof(word, environment), { maxLength: 4 }),
        fc.constantFrom(
          'kustomization.yaml',
          'values.yaml',
          'values-staging.yaml',
          'churn.yaml',
          'Chart.yaml',
          'VERSION',
          'x.tag',
        ),
      )
      .map(([folders, name]) => [...folders.filter(Boolean), name].join('/'))
    const written = fc.dictionary(
      file,
      document.map(one => JSON.stringify(one)),
      { maxKeys: 6 },
    )
    fc.assert(
      fc.property(written, fc.dictionary(environment, written, { maxKeys: 3 }), (own, branches) => {
        const starter = starterOf(own, branches)
        if (starter) expect(parseDeploy(starter.text).environments.length).toBeGreaterThan(0)
      }),
      { numRuns: 150 },
    )
  })
})
