import { afterAll, describe, expect, it } from 'vitest'
import { checkDeployFile } from '../../src/commands/checks/targets.ts'
import { isManifest, isTagFile } from '../../src/core/deploy-config/starter/carriers/carriers.ts'
import { starterDeployConfig } from '../../src/core/deploy-config/starter/starter-deploy-config.ts'
import { deploymentOf } from '../examples/layout-manifests.ts'
import { writtenFolder } from '../examples/written-folder.ts'
import { testFolder } from '../support/git-repository.ts'

/** Layouts of public deploy repositories: what `init --deploy` writes of them, and what `check` then proves. */

const { folder, remove } = testFolder()
afterAll(remove)

const OLD = `sha256:${'0'.repeat(64)}`
const TWO = ['staging', 'production']
const ENVIRONMENTS = 'environments:\n  staging: {}\n  production: { after: staging }\n'
const IMAGES = `images:\n  - name: ghcr.io/acme/churn\n    digest: ${OLD}\n`
const each = (names: readonly string[], file: (name: string) => [string, string]) =>
  Object.fromEntries(names.map(file))
const inferenceService = (name: string) =>
  `apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: { name: ${name} }\nspec: { predictor: { model: { modelFormat: { name: sklearn }, storageUri: 's3://models/${name}/1' } } }\n`
const withThreshold = (name: string) =>
  `${deploymentOf(name, `ghcr.io/acme/${name}:v1`).trimEnd()}\n          env:\n            - { name: THRESHOLD, value: "0.35" }\n`
const BASE = {
  'apps/churn/base/kustomization.yaml': 'resources: [deployment.yaml]\n',
  'apps/churn/base/deployment.yaml': deploymentOf('churn', 'ghcr.io/acme/churn:v1'),
}

/** With a tag, or what its elements say. */
const appSet = (elements: string, tag: string) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: { name: churn }\nspec:\n  generators: [{ list: { elements: [${elements}] } }]\n  template: { spec: { source: { helm: { parameters: [{ name: image.tag, value: '${tag}' }] } } } }\n`

/** Of an environment and a model, with what its source says besides. */
const application = (name: string, source: string) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: ${name.split('/').reverse().join('-')} }\nspec:\n  source:\n    path: base\n${source}`

const withProxy = (name: string, image: string) =>
  `apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: ${name} }\nspec: { template: { spec: { containers: [{ name: proxy, image: 'envoyproxy/envoy:v1' }, { name: user, image: '${image}' }] } } }\n`

/** A Deployment with a proxy, and before it the model's container where there is one. */
const besideProxy = (image?: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: churn }\nspec: { template: { spec: { containers: [${image === undefined ? '' : `{ name: server, image: '${image}' }, `}{ name: proxy, image: 'envoyproxy/envoy:v1' }] } } }\n`
const PROXY_FIRST = [
  ['1', 'envoyproxy/envoy:v2'],
  ['0', 'ghcr.io/acme/churn:v2'],
]
  .map(
    ([at, image]) =>
      `      - { op: replace, path: /spec/template/spec/containers/${at}/image, value: '${image}' }\n`,
  )
  .join('')

interface Case {
  files: Record<string, string>
  /** Without what stands above it for people. */
  lines: string
  /** What a promotion changes, by model and environment. */
  proves: string[]
}

const CASES: Record<string, Case> = {
  'an InferenceService of several in one file of a namespace': {
    files: each(TWO, name => [
      `namespaces/ml-${name}/services.yaml`,
      `apiVersion: v1\nkind: Namespace\nmetadata: { name: ml-${name} }\n---\n${['churn', 'fraud'].map(inferenceService).join('---\n')}`,
    ]),
    lines: `path: namespaces/ml-{environment}\ntarget: kserve\noptions: { file: services.yaml, name: '{model}' }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1', 'fraud staging 1', 'fraud production 1'],
  },
  'Deployments of several models in one file': {
    files: { 'k8s/models.yaml': ['churn', 'fraud'].map(withThreshold).join('---\n') },
    lines: `path: k8s\ntarget: yaml\noptions: { file: models.yaml, document: { kind: Deployment, name: '{model}' }, set: [{ path: [spec, template, spec, containers, 0, image], value: '{image}' }] }\nenvironments:\n  production: {}\n`,
    proves: ['churn production 1', 'fraud production 1'],
  },
  'overlays that patch the image of their base': {
    files: {
      ...BASE,
      ...each(TWO, name => [
        `apps/churn/overlays/${name}/kustomization.yaml`,
        'resources: [../../base]\npatches: [{ path: patch.yaml }]\n',
      ]),
      ...each(TWO, name => [
        `apps/churn/overlays/${name}/patch.yaml`,
        deploymentOf('churn', 'ghcr.io/acme/churn:v2'),
      ]),
    },
    lines: `path: apps/{model}/overlays/{environment}\ntarget: yaml\noptions: { file: patch.yaml, set: [{ path: [spec, template, spec, containers, 0, image], value: '{image}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'an overlay for each region of one environment': {
    files: {
      ...BASE,
      ...each(['staging', 'production/eu-west-1', 'production/us-east-1'], name => [
        `apps/churn/overlays/${name}/kustomization.yaml`,
        IMAGES,
      ]),
    },
    lines: `path: apps/{model}/overlays/{environment}\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}' }\nenvironments:\n  staging: {}\n  production:\n    after: staging\n    target: kustomize\n    options: { file: '{cluster}/kustomization.yaml', image: 'ghcr.io/acme/{model}' }\n    clusters: [eu-west-1, us-east-1]\n`,
    proves: ['churn staging 1', 'churn production 2'],
  },
  'a folder for each cluster, with all environments': {
    files: each(
      ['a', 'b'].flatMap(cluster => TWO.map(name => `${cluster}/${name}`)),
      name => [`clusters/${name}/churn/kustomization.yaml`, IMAGES],
    ),
    lines: `path: clusters\ntarget: kustomize\noptions: { file: '{cluster}/{environment}/{model}/kustomization.yaml', image: 'ghcr.io/acme/{model}' }\nclusters: [a, b]\n${ENVIRONMENTS}`,
    proves: ['churn staging 2', 'churn production 2'],
  },
  'two models in other regions each': {
    files: each(
      ['churn/production/eu', 'churn/production/us', 'fraud/production/eu', 'fraud/production/ap'],
      name => [`apps/${name}/kustomization.yaml`, IMAGES.replace('acme/churn', `acme/${name.split('/')[0]}`)],
    ),
    lines: `path: apps/{model}/{environment}\ntarget: kustomize\noptions: { file: eu/kustomization.yaml, image: 'ghcr.io/acme/{model}' }\nalso:\n  - { target: kustomize, options: { file: us/kustomization.yaml, image: 'ghcr.io/acme/{model}' } }\nenvironments:\n  production: {}\nmodels:\n  fraud:\n    target: kustomize\n    options: { file: eu/kustomization.yaml, image: 'ghcr.io/acme/{model}' }\n    also:\n      - { target: kustomize, options: { file: ap/kustomization.yaml, image: 'ghcr.io/acme/{model}' } }\n`,
    proves: ['churn production 2', 'fraud production 2'],
  },
  'variables that Flux puts into what it applies': {
    files: {
      'apps/base/churn.yaml': deploymentOf('churn', `ghcr.io/acme/churn:\${churn_tag:=v1}`),
      ...each(TWO, name => [
        `clusters/${name}/apps.yaml`,
        `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: apps }\nspec:\n  path: ./apps/base\n  postBuild:\n    substitute:\n      cluster_name: ${name}\n      kubernetes_version: "1.31"\n      churn_tag: v1\n      churn_uri: s3://models/churn/1\n`,
      ]),
    },
    lines: `path: clusters/{environment}\ntarget: yaml\noptions: { file: apps.yaml, document: { kind: Kustomization }, set: [{ path: [spec, postBuild, substitute, '{model}_tag'], value: '{image.tag}' }, { path: [spec, postBuild, substitute, '{model}_uri'], value: '{uri}' }] }\nrecords: releases/{environment}/{model}   # Flux takes no folder with a record in it\n${ENVIRONMENTS}`,
    proves: ['churn staging 2', 'churn production 2'],
  },
  'JSON that a generator of an ApplicationSet reads': {
    files: {
      'charts/model-server/Chart.yaml': 'apiVersion: v2\nname: model-server\nversion: 0.1.0\n',
      'charts/model-server/values.yaml': 'image: { repository: ghcr.io/acme/churn, tag: v0 }\n',
      ...each(TWO, name => [
        `clusters/${name}/churn/config.json`,
        `{\n  "name": "churn-${name}",\n  "image": { "repository": "ghcr.io/acme/churn", "tag": "v1" }\n}\n`,
      ]),
    },
    lines: `path: clusters/{environment}/{model}\ntarget: yaml\noptions: { file: config.json, set: [{ path: image.tag, value: '{image.tag}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'values of the environments of Helmfile': {
    files: each(TWO, name => [`environments/${name}.yaml`, 'churn:\n  image:\n    tag: v1\n']),
    lines: `path: environments\ntarget: yaml\noptions: { file: '{environment}.yaml', set: [{ path: '{model}.image.tag', value: '{image.tag}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'images of the kustomization in an Application': {
    files: each(
      TWO.flatMap(name => ['churn', 'fraud'].map(model => `${name}/${model}`)),
      name => [
        `argocd/${name}.yaml`,
        application(
          name,
          `    kustomize: { images: ['ghcr.io/acme/${name.split('/')[1]}=ghcr.io/acme/${name.split('/')[1]}:v1'] }\n`,
        ),
      ],
    ),
    lines: `path: argocd/{environment}\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: [spec, source, kustomize, images, 0], value: 'ghcr.io/acme/{model}={image}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1', 'fraud staging 1', 'fraud production 1'],
  },
  'parameters of the chart in an Application': {
    files: each(TWO, name => [
      `argocd/${name}/churn.yaml`,
      application(
        `${name}/churn`,
        '    helm: { parameters: [{ name: image.tag, value: v1 }, { name: model.uri, value: s3://models/churn/1 }] }\n',
      ),
    ]),
    lines: `path: argocd/{environment}\ntarget: yaml\noptions: { file: '{model}.yaml', document: { kind: Application }, set: [{ path: [spec, source, helm, parameters, { name: image.tag }, value], value: '{image.tag}' }, { path: [spec, source, helm, parameters, { name: model.uri }, value], value: '{uri}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 2', 'churn production 2'],
  },
  'values of the chart as a text in an Application': {
    files: each(TWO, name => [
      `argocd/${name}/churn.yaml`,
      application(
        `${name}/churn`,
        '    helm:\n      values: |\n        image:\n          repository: ghcr.io/acme/churn\n          tag: v1\n',
      ),
    ]),
    lines: `path: argocd/{environment}\ntarget: yaml\noptions: { file: '{model}.yaml', document: { kind: Application }, set: [{ path: [spec, source, helm, values], value: '{image.tag}', inside: [image, tag] }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'a repository and a tag among the parameters of an Application': {
    files: each(TWO, name => [
      `argocd/${name}/churn.yaml`,
      application(
        `${name}/churn`,
        '    helm: { parameters: [{ name: image.repository, value: ghcr.io/acme/churn }, { name: image.tag, value: v1 }] }\n',
      ),
    ]),
    lines: `path: argocd/{environment}\ntarget: yaml\noptions: { file: '{model}.yaml', document: { kind: Application }, set: [{ path: [spec, source, helm, parameters, { name: image.tag }, value], value: '{image.tag}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'a whole image as a parameter of an Application': {
    files: each(TWO, name => [
      `argocd/${name}/churn.yaml`,
      application(
        `${name}/churn`,
        `    helm: { parameters: [{ name: image, value: 'ghcr.io/acme/churn@${OLD}' }] }\n`,
      ),
    ]),
    lines: `path: argocd/{environment}\ntarget: yaml\noptions: { file: '{model}.yaml', document: { kind: Application }, set: [{ path: [spec, source, helm, parameters, { name: image }, value], value: '{image}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'values on one line of a text in an Application': {
    files: each(TWO, name => [
      `argocd/${name}/churn.yaml`,
      application(
        `${name}/churn`,
        '    helm:\n      values: |\n        image: { repository: ghcr.io/acme/churn, tag: v1 }\n',
      ),
    ]),
    lines: `path: argocd/{environment}\ntarget: yaml\noptions: { file: '{model}.yaml', document: { kind: Application }, set: [{ path: [spec, source, helm, values], value: '{image.tag}', inside: [image, tag] }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'a Service of Knative': {
    files: each(TWO, name => [
      `${name}/churn.yaml`,
      deploymentOf('churn', 'ghcr.io/acme/churn:v1')
        .replace(/apiVersion: .*/, 'apiVersion: serving.knative.dev/v1')
        .replace('kind: Deployment', 'kind: Service'),
    ]),
    lines: `path: '{environment}'\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: [spec, template, spec, containers, 0, image], value: '{image}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'a Service of Knative that is called like its environment, with a proxy': {
    files: each(TWO, name => [`${name}/churn.yaml`, withProxy(`churn-${name}`, 'ghcr.io/acme/churn:v1')]),
    lines: `path: '{environment}'\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: [spec, template, spec, containers, { name: user }, image], value: '{image}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'a Service of Knative whose containers are called like nothing': {
    files: each(TWO, name => [`${name}/churn.yaml`, withProxy(`churn-${name}`, 'ghcr.io/acme/server:v1')]),
    lines: `path: '{environment}'\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: [spec, template, spec, containers, { name: proxy }, image], value: '{image}' }] }\n${ENVIRONMENTS}models:\n  # ? Which of these does a release of churn change? Correct the options, and delete its \`skip\`.\n  #     proxy   envoyproxy/envoy:v1\n  #     user   ghcr.io/acme/server:v1\n  churn: { skip: [staging, production] }\n`,
    proves: [],
  },
  'images of an Application, one of which is called like it': {
    files: each(TWO, name => [
      `argocd/${name}/app.yaml`,
      application(
        `${name}/fraud`,
        '    kustomize: { images: ["sidecar=ghcr.io/acme/envoy:1.2", "ghcr.io/acme/fraud:v1"] }\n',
      ),
    ]),
    lines: `path: argocd/{environment}\ntarget: yaml\noptions: { file: app.yaml, set: [{ path: [spec, source, kustomize, images, 1], value: '{image}' }] }\n${ENVIRONMENTS}`,
    proves: ['any-model staging 1', 'any-model production 1'],
  },
  'images of an Application, none of which is called like it': {
    files: each(TWO, name => [
      `argocd/${name}/scorer.yaml`,
      application(
        `${name}/scorer`,
        '    kustomize: { images: ["sidecar=ghcr.io/acme/envoy:1.2", "ghcr.io/acme/fraud:v1"] }\n',
      ),
    ]),
    lines: `path: argocd/{environment}\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: [spec, source, kustomize, images, 0], value: 'sidecar={image}' }] }\n${ENVIRONMENTS}models:\n  # ? Which of these does a release of scorer change? Correct the options, and delete its \`skip\`.\n  #     spec.source.kustomize.images.0   sidecar=ghcr.io/acme/envoy:1.2\n  #     spec.source.kustomize.images.1   ghcr.io/acme/fraud:v1\n  scorer: { skip: [staging, production] }\n`,
    proves: [],
  },
  'a Bento': {
    files: each(TWO, name => [
      `${name}/bento.yaml`,
      'apiVersion: resources.yatai.ai/v1alpha1\nkind: Bento\nmetadata: { name: churn-v1 }\nspec: { tag: "churn:v1", image: "ghcr.io/acme/churn:v1" }\n',
    ]),
    lines: `path: '{environment}'\ntarget: yaml\noptions: { file: bento.yaml, set: [{ path: spec.image, value: '{image}' }] }\n${ENVIRONMENTS}`,
    proves: ['any-model staging 1', 'any-model production 1'],
  },
  'environments with their models in one file': {
    files: {
      'releases.yaml': TWO.map(
        name =>
          `${name}:\n  churn: { image: 'ghcr.io/acme/churn:v1' }\n  fraud: { image: 'ghcr.io/acme/fraud:v1' }\n`,
      ).join(''),
    },
    lines: `path: .\ntarget: yaml\noptions: { file: releases.yaml, set: [{ path: '{environment}.{model}.image', value: '{image}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1', 'fraud staging 1', 'fraud production 1'],
  },
  'models with their environments in one file': {
    files: { 'k8s/models.yaml': 'churn:\n  staging: { tag: v2 }\n  production: { tag: v1 }\n' },
    lines: `path: k8s\ntarget: yaml\noptions: { file: models.yaml, set: [{ path: '{model}.{environment}.tag', value: '{image.tag}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'environments in one file of JSON, called like the model': {
    files: {
      'envs/models.json': '{}',
      'deploy/churn.yaml':
        'staging: { image: ghcr.io/acme/churn:v2 }\nproduction: { image: ghcr.io/acme/churn:v1 }\n',
    },
    lines: `path: deploy\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: '{environment}.image', value: '{image}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'environments in helmfile.yaml': {
    files: {
      'helmfile.yaml': `environments:\n${TWO.map(name => `  ${name}: { values: [{ churn: { image: { tag: v1 } } }] }\n`).join('')}---\nreleases: [{ name: churn, chart: ./charts/churn, version: 1.0.0 }]\n`,
    },
    lines: `path: .\ntarget: yaml\noptions: { file: helmfile.yaml, document: 0, set: [{ path: [environments, '{environment}', values, 0, '{model}', image, tag], value: '{image.tag}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'an environment that `<<` takes the image of another for': {
    files: {
      'releases.yaml':
        'staging: &all { churn: { image: { repository: ghcr.io/acme/churn, tag: v1 } } }\nproduction:\n  <<: *all\n',
    },
    lines: `path: .\ntarget: yaml\noptions: { file: releases.yaml, set: [{ path: '{environment}.{model}.image.tag', value: '{image.tag}' }] }\n${ENVIRONMENTS}models:\n  # ? Which of these does a release of churn change? Correct the options, and delete its \`skip\`.\n  #     churn.image.tag   ghcr.io/acme/churn v1, which \`<<\` takes from elsewhere\n  churn: { skip: [staging, production] }\n`,
    proves: [],
  },
  'objects of each environment in one file': {
    files: { 'serving/services.yaml': TWO.map(name => inferenceService(`churn-${name}`)).join('---\n') },
    lines: `path: serving\ntarget: kserve\noptions: { file: services.yaml, name: '{model}-{environment}' }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'objects of one name and several namespaces in one file': {
    files: {
      'serving/services.yaml': TWO.map(name =>
        inferenceService('churn').replace('name: churn }', `name: churn, namespace: ${name} }`),
      ).join('---\n'),
    },
    lines: `path: serving\ntarget: kserve\noptions: { file: services.yaml, name: '{model}' }\nalso:\n  - { target: kserve, options: { file: services.yaml, name: '{model}' } }\nenvironments:\n  production: {}\nmodels:\n  # ? Which of these does a release of churn change? Correct the options, and delete its \`skip\`.\n  #     InferenceService churn, of which serving/services.yaml has several: only a name tells them apart\n  churn: { skip: [production] }\n`,
    proves: [],
  },
  'InferenceServices that are called like their environment, and a threshold': {
    files: each(TWO, name => [
      `serving/${name}.yaml`,
      [`churn-${name}`, `fraud-${name}`]
        .map(one =>
          inferenceService(one).replace(
            "/1' }",
            "/1', env: [{ name: THRESHOLD, value: '0.5' }], args: [--top-k=3, --workers=2] }",
          ),
        )
        .join('---\n'),
    ]),
    lines: `path: serving\ntarget: kserve\noptions: { file: '{environment}.yaml', name: '{model}-{environment}' }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1', 'fraud staging 1', 'fraud production 1'],
  },
  'the model repository of a public server': {
    files: each(TWO, name => [
      `${name}/churn.yaml`,
      deploymentOf('churn', 'nvcr.io/nvidia/tritonserver:24.05-py3').trimEnd() +
        '\n          args: [tritonserver, "--model-repository=s3://models/churn/1", --log-verbose=1]\n',
    ]),
    lines: `path: '{environment}'\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: [spec, template, spec, containers, 0, args, 1], value: '--model-repository={uri}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'the address of a model in a variable of a server': {
    files: each(TWO, name => [
      `${name}/churn.yaml`,
      deploymentOf('churn', 'ghcr.io/acme/server:v1').trimEnd() +
        '\n          env: [{ name: MODEL_URI, value: "s3://models/churn/1" }, { name: DATABASE_URL, value: "postgres://db" }]\n',
    ]),
    lines: `path: '{environment}'\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: [spec, template, spec, containers, 0, env, { name: MODEL_URI }, value], value: '{uri}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'models of the production stack of vLLM': {
    files: each(TWO, name => [
      `vllm/values-${name}.yaml`,
      'servingEngineSpec:\n  modelSpec:\n    - { name: support, repository: vllm/vllm-openai, tag: latest, modelURL: s3://models/support/1 }\nrouterSpec: { repository: lmcache/lmstack-router, tag: latest }\n',
    ]),
    lines: `path: vllm\ntarget: helm-values\noptions: { file: 'values-{environment}.yaml', set: [{ path: [servingEngineSpec, modelSpec, { name: '{model}' }, modelURL], value: '{uri}' }] }\n${ENVIRONMENTS}`,
    proves: ['support staging 1', 'support production 1'],
  },
  'a ConfigMap, and a TrainedModel': {
    files: {
      ...each(TWO, name => [
        `${name}/churn.yaml`,
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: churn-config }\ndata: { MODEL_URI: s3://models/churn/1, API_URL: "https://api" }\n',
      ]),
      ...each(TWO, name => [
        `${name}/fraud.yaml`,
        'apiVersion: serving.kserve.io/v1alpha1\nkind: TrainedModel\nmetadata: { name: fraud }\nspec: { inferenceService: triton, model: { framework: sklearn, storageUri: s3://models/fraud/1, memory: 1Gi } }\n',
      ]),
    },
    lines: `path: '{environment}'\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: [data, MODEL_URI], value: '{uri}' }] }\n${ENVIRONMENTS}models:\n  fraud:\n    target: yaml\n    options: { file: '{model}.yaml', set: [{ path: spec.model.storageUri, value: '{uri}' }] }\n`,
    proves: ['churn staging 1', 'churn production 1', 'fraud staging 1', 'fraud production 1'],
  },
  'the image of a cluster of Ray, of head and workers': {
    files: each(TWO, name => [
      `${name}/churn.yaml`,
      `apiVersion: ray.io/v1\nkind: RayService\nmetadata: { name: churn }\nspec:\n  serveConfigV2: 'applications: [{ name: churn, import_path: app }]'\n  rayClusterConfig:\n    headGroupSpec: { template: { spec: { containers: [{ name: head, image: 'ghcr.io/acme/churn:v1' }] } } }\n    workerGroupSpecs: [{ groupName: w, template: { spec: { containers: [{ name: worker, image: 'ghcr.io/acme/churn:v1' }] } } }]\n`,
    ]),
    lines: `path: '{environment}'\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: [spec, rayClusterConfig, headGroupSpec, template, spec, containers, 0, image], value: '{image}' }, { path: [spec, rayClusterConfig, workerGroupSpecs, 0, template, spec, containers, 0, image], value: '{image}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 2', 'churn production 2'],
  },
  'a Compose file, without manifests beside it': {
    files: {
      'docker-compose.yml': 'services:\n  churn: { image: "ghcr.io/acme/churn:v1" }\n',
    },
    lines: `path: .\ntarget: yaml\noptions: { file: docker-compose.yml, set: [{ path: 'services.{model}.image', value: '{image}' }] }\nenvironments:\n  production: {}\n`,
    proves: ['churn production 1'],
  },
  'elements of an ApplicationSet, of every model in every environment': {
    files: {
      'appsets/models.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: { name: models }\nspec:\n  generators:\n    - matrix:\n        generators:\n          - clusters: {}\n          - list:\n              elements:\n${TWO.flatMap(name => ['churn', 'fraud'].map(model => `                - { env: ${name}, model: ${model}, image: { tag: v1 } }\n`)).join('')}  template: { spec: { source: { helm: { parameters: [{ name: image.tag, value: '{{image.tag}}' }] } } } }\n`,
    },
    lines: `path: appsets\ntarget: yaml\noptions: { file: models.yaml, document: { kind: ApplicationSet }, set: [{ path: [spec, generators, 0, matrix, generators, 1, list, elements, { env: '{environment}', model: '{model}' }, image, tag], value: '{image.tag}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1', 'fraud staging 1', 'fraud production 1'],
  },
  'values in the template of an ApplicationSet, and in one of several sources of an Application': {
    files: {
      ...each(TWO, name => [
        `argocd/${name}/churn.yaml`,
        `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: { name: churn }\nspec:\n  generators: [{ clusters: {} }]\n  template: { spec: { source: { helm: { valuesObject: { image: { repository: ghcr.io/acme/churn, tag: v1 } } } } } }\n`,
      ]),
      ...each(TWO, name => [
        `argocd/${name}/fraud.yaml`,
        `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: fraud-${name} }\nspec:\n  sources: [{ ref: values }, { helm: { valuesObject: { image: { repository: ghcr.io/acme/fraud, tag: v1 } } } }]\n`,
      ]),
    },
    lines: `path: argocd/{environment}\ntarget: yaml\noptions: { file: '{model}.yaml', document: { kind: ApplicationSet }, set: [{ path: spec.template.spec.source.helm.valuesObject.image.tag, value: '{image.tag}' }] }\n${ENVIRONMENTS}models:\n  fraud:\n    target: yaml\n    options: { file: '{model}.yaml', document: { kind: Application }, set: [{ path: [spec, sources, 1, helm, valuesObject, image, tag], value: '{image.tag}' }] }\n`,
    proves: ['churn staging 1', 'churn production 1', 'fraud staging 1', 'fraud production 1'],
  },
  'patches that stand in the kustomization': {
    files: {
      'apps/churn/base/service.yaml': inferenceService('churn'),
      'apps/churn/base/kustomization.yaml': 'resources: [service.yaml]\n',
      ...each(TWO, name => [
        `apps/churn/overlays/${name}/kustomization.yaml`,
        `resources: [../../base]\npatches:\n  - target: { kind: InferenceService, name: churn }\n    patch: |-\n      - op: replace\n        path: /spec/predictor/model/storageUri\n        value: s3://models/churn/2\n`,
      ]),
    },
    lines: `path: apps/{model}/overlays/{environment}\ntarget: yaml\noptions: { file: kustomization.yaml, set: [{ value: '{uri}', path: [patches, 0, patch], inside: [0, value] }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'a patch of a model and of the proxy beside it': {
    files: {
      'base/kustomization.yaml': 'resources: [deployment.yaml]\n',
      'base/deployment.yaml': besideProxy('ghcr.io/acme/churn:v1'),
      ...each(TWO, name => [
        `overlays/${name}/kustomization.yaml`,
        `resources: [../../base]\npatches:\n  - target: { kind: Deployment, name: churn }\n    patch: |\n${PROXY_FIRST}`,
      ]),
    },
    lines: `path: overlays/{environment}\ntarget: yaml\noptions: { file: kustomization.yaml, set: [{ value: '{image}', path: [patches, 0, patch], inside: [1, value] }] }\n${ENVIRONMENTS}`,
    proves: ['any-model staging 1', 'any-model production 1'],
  },
  'a patch of the proxy alone': {
    files: {
      'base/kustomization.yaml': 'resources: [deployment.yaml]\n',
      'base/deployment.yaml': besideProxy('ghcr.io/acme/churn:v1'),
      ...each(TWO, name => [
        `overlays/${name}/kustomization.yaml`,
        `resources: [../../base]\npatches:\n  - patch: |\n${besideProxy().replace(/^(?=.)/gm, '      ')}`,
      ]),
    },
    lines: `path: overlays/{environment}\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}', add: true }\n${ENVIRONMENTS}models:\n  churn: {}\n`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'a patch of images of two registries, of which none is called like what it patches': {
    files: {
      'overlays/staging/kustomization.yaml': `resources: [../../base]\npatches:\n  - target: { kind: Deployment, name: scoring }\n    patch: |\n${PROXY_FIRST.replace('envoyproxy/envoy', 'quay.io/acme/agent')}`,
    },
    lines: `path: overlays/{environment}\ntarget: yaml\noptions: { file: kustomization.yaml, set: [{ value: '{image}', path: [patches, 0, patch], inside: [0, value] }] }\nenvironments:\n  staging: {}\nmodels:\n  # ? Which of these does a release of agent change? Correct the options, and delete its \`skip\`.\n  #     quay.io/acme/agent\n  #     ghcr.io/acme/churn\n  agent: { skip: [staging] }\n  # ? Which of these does a release of churn change? Correct the options, and delete its \`skip\`.\n  #     quay.io/acme/agent\n  #     ghcr.io/acme/churn\n  churn:\n    target: yaml\n    options: { file: kustomization.yaml, set: [{ value: '{image}', path: [patches, 0, patch], inside: [1, value] }] }\n    skip: [staging]\n`,
    proves: [],
  },
  'an ApplicationSet that says one release for all environments of its list': {
    files: {
      'apps/set.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: { name: churn }\nspec:\n  generators: [{ list: { elements: [{ env: staging }, { env: production }] } }]\n  template:\n    metadata: { name: 'churn-{{env}}' }\n    spec: { source: { path: charts/churn, helm: { parameters: [{ name: image.tag, value: v1 }] } } }\n`,
    },
    lines: `path: apps\ntarget: yaml\noptions: { file: set.yaml, document: { kind: ApplicationSet }, set: [{ path: [spec, template, spec, source, helm, parameters, { name: image.tag }, value], value: '{image.tag}' }] }\n${ENVIRONMENTS}models:\n  # ? Where does each environment say its release of churn? What stands there now is in all of these. Give each a file or a patch of its own, name it in \`path\` and the options, and delete its \`skip\`.\n  #     staging\n  #     production\n  churn: { skip: [staging, production] }\n`,
    proves: [],
  },
  'a chart of a service beside the model in one Application': {
    files: {
      'apps/churn.yaml': application(
        'churn',
        `  sources:\n    - { chart: redis, helm: { parameters: [{ name: image.tag, value: '7' }] } }\n    - { path: charts/churn, helm: { parameters: [{ name: image.tag, value: v1 }] } }\n`,
      ).replace('  source:\n    path: base\n', ''),
    },
    lines: `path: apps\ntarget: yaml\noptions: { file: '{model}.yaml', document: { kind: Application }, set: [{ path: [spec, sources, 1, helm, parameters, { name: image.tag }, value], value: '{image.tag}' }] }\nenvironments:\n  production: {}\n`,
    proves: ['churn production 1'],
  },
  'an image and an address below the name of a model, in files of environments': {
    files: each(TWO, name => [
      `envs/${name}.yaml`,
      'churn: { image: ghcr.io/acme/churn:v1, env: { MODEL_URI: s3://models/churn/1 } }\n',
    ]),
    lines: `path: envs\ntarget: yaml\noptions: { file: '{environment}.yaml', set: [{ path: '{model}.image', value: '{image}' }, { path: '{model}.env.MODEL_URI', value: '{uri}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 2', 'churn production 2'],
  },
  'a Deployment in a file that is called like the model, and the bucket of a tracking store': {
    files: each(TWO, name => [
      `k8s/${name}/churn.yaml`,
      `${deploymentOf('scoring', 'ghcr.io/acme/churn:v1').trimEnd()}\n          env:\n            - { name: ARTIFACT_STORE, value: s3://mlflow }\n            - { name: MODEL_URI, value: s3://models/churn/1 }\n`,
    ]),
    lines: `path: k8s/{environment}\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: [spec, template, spec, containers, 0, image], value: '{image}' }, { path: [spec, template, spec, containers, 0, env, { name: MODEL_URI }, value], value: '{uri}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 2', 'churn production 2'],
  },
  'operations in files of their own': {
    files: {
      ...BASE,
      ...each(TWO, name => [
        `apps/churn/overlays/${name}/kustomization.yaml`,
        'resources: [../../base]\npatches: [{ path: image.yaml, target: { kind: Deployment } }]\n',
      ]),
      ...each(TWO, name => [
        `apps/churn/overlays/${name}/image.yaml`,
        '- op: replace\n  path: /spec/template/spec/containers/0/image\n  value: ghcr.io/acme/churn:v2\n',
      ]),
    },
    lines: `path: apps/{model}/overlays/{environment}\ntarget: yaml\noptions: { file: image.yaml, set: [{ path: [0, value], value: '{image}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'an object as a patch in the kustomization, and the address of a model among literals': {
    files: {
      ...each(['churn', 'fraud'], model => [
        `apps/${model}/base/deployment.yaml`,
        deploymentOf(model, `ghcr.io/acme/${model === 'churn' ? 'churn' : 'server'}:v0`),
      ]),
      ...each(['churn', 'fraud'], model => [
        `apps/${model}/base/kustomization.yaml`,
        'resources: [deployment.yaml]\n',
      ]),
      ...each(TWO, name => [
        `apps/churn/overlays/${name}/kustomization.yaml`,
        `resources: [../../base]\npatches:\n  - patch: |-\n${deploymentOf('churn', 'ghcr.io/acme/churn:v1').replace(/^(?=.)/gm, '      ')}`,
      ]),
      ...each(TWO, name => [
        `apps/fraud/overlays/${name}/kustomization.yaml`,
        'resources: [../../base]\nconfigMapGenerator: [{ name: settings, literals: [LOG=debug, "MODEL_URI=s3://models/fraud/1"] }]\n',
      ]),
    },
    lines: `path: apps/{model}/overlays/{environment}\ntarget: yaml\noptions: { file: kustomization.yaml, set: [{ value: '{image}', path: [patches, 0, patch], inside: [spec, template, spec, containers, 0, image] }] }\n${ENVIRONMENTS}models:\n  fraud:\n    target: kustomize\n    options: { literals: [{ config_map: settings, key: MODEL_URI, value: '{uri}' }] }\n`,
    proves: ['churn staging 1', 'churn production 1', 'fraud staging 1', 'fraud production 1'],
  },
  'images of models beside their addresses, below names': {
    files: each(TWO, name => [
      `envs/${name}.yaml`,
      ['churn', 'fraud']
        .map(
          model =>
            `${model}:\n  image: ghcr.io/acme/${model}:v1\n  env: { MODEL_URI: s3://models/${model}/1 }\n`,
        )
        .join(''),
    ]),
    lines: `path: envs\ntarget: yaml\noptions: { file: '{environment}.yaml', set: [{ path: '{model}.image', value: '{image}' }, { path: '{model}.env.MODEL_URI', value: '{uri}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 2', 'churn production 2', 'fraud staging 2', 'fraud production 2'],
  },
  'the image of a model beside its address, below an environment': {
    files: {
      'values.yaml': TWO.map(
        name => `${name}:\n  churn: { image: 'ghcr.io/acme/churn:v1', modelUri: s3://models/churn/1 }\n`,
      ).join(''),
    },
    lines: `path: .\ntarget: yaml\noptions: { file: values.yaml, set: [{ path: '{environment}.{model}.image', value: '{image}' }, { path: '{environment}.{model}.modelUri', value: '{uri}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 2', 'churn production 2'],
  },
  'the image of a model beside its address, below no name': {
    files: each(TWO, name => [
      `envs/${name}.yaml`,
      'image: ghcr.io/acme/churn:v1\nmodelUri: s3://models/churn/1\n',
    ]),
    lines: `path: envs\ntarget: yaml\noptions: { file: '{environment}.yaml', set: [{ path: image, value: '{image}' }, { path: modelUri, value: '{uri}' }] }\n${ENVIRONMENTS}`,
    proves: ['any-model staging 2', 'any-model production 2'],
  },
  'two elements of an ApplicationSet for one environment': {
    files: {
      'apps/churn.yaml': appSet(
        '{ cluster: eu, env: production, tag: v1 }, { cluster: us, env: production, tag: v2 }, { cluster: eu, env: staging, tag: v3 }',
        '{{tag}}',
      ),
    },
    lines: `path: apps\ntarget: yaml\noptions: { file: '{model}.yaml', document: { kind: ApplicationSet }, set: [{ path: [spec, generators, 0, list, elements, { env: '{environment}' }, tag], value: '{image.tag}' }] }\n${ENVIRONMENTS}models:\n  # ? Which of these does a release of churn change? Correct the options, and delete its \`skip\`.\n  #     element {"cluster":"eu","env":"production","tag":"v1"}\n  #     element {"cluster":"us","env":"production","tag":"v2"}\n  churn: { skip: [staging, production] }\n`,
    proves: [],
  },
  'environments that an alias takes the image from elsewhere for': {
    files: {
      'values.yaml':
        'x-common: &c { image: ghcr.io/acme/churn:v1 }\nstaging: { churn: *c }\nproduction: { churn: { image: &i ghcr.io/acme/churn:v1 }, other: *i }\n',
    },
    lines: `path: .\ntarget: yaml\noptions: { file: values.yaml, set: [{ path: '{environment}.{model}.image', value: '{image}' }] }\n${ENVIRONMENTS}models:\n  # ? Which of these does a release of churn change? Correct the options, and delete its \`skip\`.\n  #     staging.churn   ghcr.io/acme/churn:v1, which \`*c\` takes from elsewhere\n  churn: { skip: [staging, production] }\n`,
    proves: [],
  },
  'a registry, a repository and a tag apart': {
    files: {
      'charts/churn/Chart.yaml': 'apiVersion: v2\nname: churn\nversion: 0.1.0\n',
      ...each(TWO, name => [
        `charts/churn/values-${name}.yaml`,
        'image: { registry: ghcr.io, repository: acme/churn, tag: v1 }\n',
      ]),
    },
    lines: `path: charts/{model}\ntarget: helm-values\noptions: { file: 'values-{environment}.yaml', set: [{ path: image.tag, value: '{image.tag}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'an InferenceService of Kubeflow, and values in a ConfigMap': {
    files: {
      ...each(TWO, name => [
        `${name}/churn.yaml`,
        inferenceService('churn').replace('serving.kserve.io', 'serving.kubeflow.org'),
      ]),
      ...each(TWO, name => [
        `${name}/fraud.yaml`,
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: fraud-values }\ndata:\n  values.yaml: |\n    image: { repository: ghcr.io/acme/fraud, tag: v1 }\n',
      ]),
    },
    lines: `path: '{environment}'\ntarget: yaml\noptions: { file: '{model}.yaml', document: { kind: InferenceService }, set: [{ path: spec.predictor.model.storageUri, value: '{uri}' }] }\n${ENVIRONMENTS}models:\n  fraud:\n    target: yaml\n    options: { file: '{model}.yaml', document: { kind: ConfigMap }, set: [{ path: [data, values.yaml], value: '{image.tag}', inside: [image, tag] }] }\n`,
    proves: ['churn staging 1', 'churn production 1', 'fraud staging 1', 'fraud production 1'],
  },
  'values of a chart in a kustomization': {
    files: each(TWO, name => [
      `churn/${name}/kustomization.yaml`,
      'helmCharts:\n  - { name: model, releaseName: churn, valuesInline: { image: { repository: ghcr.io/acme/churn, tag: v1 } } }\n',
    ]),
    lines: `path: '{model}/{environment}'\ntarget: yaml\noptions: { file: kustomization.yaml, set: [{ path: [helmCharts, 0, valuesInline, image, tag], value: '{image.tag}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'what a container fetches before a public server begins': {
    files: each(TWO, name => [
      `${name}/churn.yaml`,
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: churn }\nspec:\n  template:\n    spec:\n      initContainers: [{ name: fetch, image: 'amazon/aws-cli:2', args: [s3, cp, 's3://models/churn/1', /mnt] }]\n      containers: [{ name: triton, image: 'nvcr.io/nvidia/tritonserver:24.05-py3', args: [--model-repository=/mnt] }]\n`,
    ]),
    lines: `path: '{environment}'\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: [spec, template, spec, initContainers, 0, args, 2], value: '{uri}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1'],
  },
  'files that a generator reads, each with a tag and no more': {
    files: Object.fromEntries(
      TWO.flatMap(name =>
        ['churn', 'fraud'].map(model => [`config/${name}/${model}.yaml`, `env: ${name}\ntag: v1\n`]),
      ),
    ),
    lines: `path: config/{environment}\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: tag, value: '{image.tag}' }] }\n${ENVIRONMENTS}`,
    proves: ['churn staging 1', 'churn production 1', 'fraud staging 1', 'fraud production 1'],
  },
  'Jobs of no name, and one that is a hook': {
    files: {
      'jobs/all.yaml': [
        'generateName: x-, annotations: { argocd.argoproj.io/hook: PreSync }',
        'generateName: y-',
      ]
        .map(
          metadata =>
            `apiVersion: batch/v1\nkind: Job\nmetadata: { ${metadata} }\nspec: { template: { spec: { containers: [{ name: one, image: 'ghcr.io/acme/churn:v1' }] } } }\n`,
        )
        .join('---\n'),
    },
    lines: `path: jobs\ntarget: yaml\noptions: { file: all.yaml, document: 1, set: [{ path: [spec, template, spec, containers, 0, image], value: '{image}' }] }\nenvironments:\n  production: {}\n`,
    proves: ['any-model production 1'],
  },
  'an environment in two kinds of clusters, and a model that a hub has': {
    files: each(['integration-gpu', 'integration-non-gpu', 'prod-eu'], name => [
      `envs/${name}/values.yaml`,
      'servingEngineSpec: { modelSpec: [{ name: support, repository: vllm/vllm-openai, tag: latest, modelURL: acme/support }] }\n',
    ]),
    lines: `path: envs/{environment}\ntarget: helm-values\noptions: { set: [{ path: [servingEngineSpec, modelSpec, { name: '{model}' }, modelURL], value: '{uri}' }] }\nenvironments:\n  integration-gpu: {}\n  integration-non-gpu: {}\n  prod-eu: { after: [integration-gpu, integration-non-gpu] }\nmodels:\n  # ? Which of these does a release of support change? Correct the options, and delete its \`skip\`.\n  #     servingEngineSpec.modelSpec.{"name":"support"}.modelURL   acme/support, which is no whole address, as releases have\n  support: { skip: [integration-gpu, integration-non-gpu, prod-eu] }\n`,
    proves: [],
  },
}

describe('assay init --deploy, of layouts as they exist', () => {
  it.each(Object.entries(CASES))('writes what check proves of %s', async (_, { files, lines, proves }) => {
    const text = starterOf(files)

    expect(text.replace(/^#.*\n/gm, '')).toBe(lines)
    const { problems, places } = await checked({ ...files, 'assay-deploy.yml': text })
    expect(problems).toEqual([])
    expect(places).toEqual(proves)
  })

  it('names the images that it takes for those of servers', () => {
    const own = 'values.yaml'
    const files = {
      ...CASES['the address of a model in a variable of a server']!.files,
      [own]: 'models: { fraud: { image: "ghcr.io/acme/runtime:v2", modelUri: s3://models/fraud/1 } }\n',
    }

    expect(starterOf(files).match(/^# {3}.*$/gm)).toEqual([
      '#   churn: staging/churn.yaml   ghcr.io/acme/server:v1',
      '#   churn: production/churn.yaml   ghcr.io/acme/server:v1',
      '#   fraud: values.yaml   ghcr.io/acme/runtime:v2',
    ])
  })

  it('names what a training may bring into a predictor, as an entry of `also` that is taken as it stands', async () => {
    const { files } = CASES['InferenceServices that are called like their environment, and a threshold']!
    const text = starterOf(files)

    const [, line] = /^# {3}(- \{ target: yaml.*)$/m.exec(text)!
    const taken = text.replace('environments:\n', `also:\n  ${line}\nenvironments:\n`)
    const { problems, places } = await checked({ ...files, 'assay-deploy.yml': taken })
    expect(problems).toEqual([])
    expect(places).toContain('churn staging 3')
  })

  it('names what a training may bring besides, as a line that is taken as it stands', async () => {
    const files = { 'staging/churn.yaml': withThreshold('churn') }
    const text = starterOf(files)

    const [, line] = /^# {3}(\{ path: .*threshold.*\})$/m.exec(text)!
    const taken = text.replace("value: '{image}' }]", `value: '{image}' }, ${line}]`)
    expect(taken).not.toBe(text)
    const { problems, places } = await checked({ ...files, 'assay-deploy.yml': taken })
    expect(problems).toEqual([])
    expect(places).toEqual(['churn staging 2'])
  })

  it('warns where the image automation of Flux, or kpt, writes the same value', async () => {
    const marked = (marker: string) => ({
      'churn/deployment.yaml': deploymentOf('churn', `ghcr.io/acme/churn:v1 ${marker}`),
    })
    const warned = async (files: Record<string, string>) =>
      (await checked({ ...files, 'assay-deploy.yml': starterOf(files) })).warnings

    expect(await warned(marked('# {"$imagepolicy": "flux-system:churn"}'))).toEqual([
      expect.stringMatching(
        /^churn in production: churn\/deployment\.yaml:\d+: the image automation of Flux writes this value too/,
      ),
    ])
    expect(await warned(marked(`# kpt-set: \${image}`))).toEqual([
      expect.stringContaining('a setter of kpt writes this value too'),
    ])
    expect(await warned(marked('# ours'))).toEqual([])
  })

  it('does not take what Flux substitutes for applied as it stands', async () => {
    const { files } = CASES['variables that Flux puts into what it applies']!

    const { warnings } = await checked({ ...files, 'assay-deploy.yml': starterOf(files) })

    expect(warnings).toHaveLength(2)
    expect(warnings[0]).toContain(
      'what Flux makes of the variables in clusters/staging/apps.yaml is not known here',
    )
  })
})

// --- internal ---

function starterOf(files: Record<string, string>): string {
  const texts = new Map(Object.entries(files).filter(([path]) => isManifest(path) || isTagFile(path)))
  return starterDeployConfig({ files: Object.keys(files), texts, branches: [] })!.text
}

async function checked(files: Record<string, string>) {
  const at = writtenFolder(folder, files)
  const { findings, places } = (await checkDeployFile({ folder: at, env: { PATH: '' } }))!
  const of = (level: string) => findings.filter(one => one.level === level).map(({ text }) => text)
  return {
    problems: of('problem'),
    warnings: of('warning'),
    places: places.map(({ model, environment, edits }) => `${model} ${environment} ${edits.length}`),
  }
}
