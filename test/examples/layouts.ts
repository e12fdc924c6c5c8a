import { deploymentOf } from './layout-manifests.ts'

/** Deploy repositories as they exist: their files, what `assay-deploy.yml` says of them, and how each is rendered. */
export interface Layout {
  name: string
  deploy: string
  models: string[]
  files: Record<string, string>
  /** What is rendered of a model in an environment, by the real program. */
  render: (model: string, environment: string) => Rendering
  /** What of the release is in it then: its digest, where nothing is said. */
  says?: ('digest' | 'tag' | 'uri' | 'path' | 'threshold')[]
  /** What stands elsewhere, and what is rendered in its place: no test asks the network. */
  remote?: { address: string; folder: string }
  /** Each environment has a branch or a repository of its own: its files are those below a folder of its name, and no others. */
  apart?: true
  /** How many lines a promotion changes in all, the record apart. Default: one. */
  lines?: number
}

export type Rendering =
  | { tool: 'kustomize'; folder: string }
  | { tool: 'helm'; chart: string; values?: string; tagFile?: string }
  /** A HelmRelease: its `spec.values` are those of the chart. */
  | { tool: 'helm-release'; chart: string; release: string }

const OLD = `sha256:${'0'.repeat(64)}`
const ENVIRONMENTS = 'environments: { staging: {}, production: { after: staging } }\n'
const IMAGES = (name: string) => `images:\n  - name: ${name}   # of the base\n    digest: ${OLD}\n`
const both = (file: (environment: string) => [string, string][]) =>
  Object.fromEntries(['staging', 'production'].flatMap(file))
const REMOTE = 'https://github.com/acme/bases//serving?ref=v1.2.0'
const CHART = {
  'charts/churn/Chart.yaml': 'apiVersion: v2\nname: churn\nversion: 1.0.0\n',
  'charts/churn/templates/deployment.yaml': deploymentOf(
    '{{ .Release.Name }}',
    '"{{ .Values.image.repository }}{{ with .Values.image.tag }}:{{ . }}{{ end }}{{ with .Values.image.digest }}@{{ . }}{{ end }}"',
  ),
  'charts/churn/values.yaml': 'image: { repository: ghcr.io/acme/churn }\n',
}
const APART = both(environment => [
  [
    `${environment}/apps/churn/kustomization.yaml`,
    `resources: [deployment.yaml]\n${IMAGES('ghcr.io/acme/churn')}`,
  ],
  [`${environment}/apps/churn/deployment.yaml`, deploymentOf('churn', 'ghcr.io/acme/churn:v0')],
])
const inferenceService = (more: string) =>
  `apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: { name: churn }\nspec:\n${more}`

export const LAYOUTS: Layout[] = [
  {
    name: 'kustomize components over a base in another repository',
    deploy: `path: apps/{model}/overlays/{environment}\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}' }\n${ENVIRONMENTS}`,
    models: ['churn'],
    files: {
      'apps/churn/base/kustomization.yaml': 'resources: [deployment.yaml]\n',
      'apps/churn/base/deployment.yaml': deploymentOf('churn', 'ghcr.io/acme/churn'),
      'components/gpu/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n  - target: { kind: Deployment }\n    patch: |-\n      - { op: add, path: /metadata/labels, value: { gpu: "1" } }\n',
      ...both(environment => [
        [
          `apps/churn/overlays/${environment}/kustomization.yaml`,
          `resources: ['${REMOTE}']\ncomponents: [../../../../components/gpu]\n${IMAGES('ghcr.io/acme/churn')}`,
        ],
      ]),
    },
    render: (model, environment) => ({
      tool: 'kustomize',
      folder: `apps/${model}/overlays/${environment}`,
    }),
    remote: { address: REMOTE, folder: '../../base' },
  },
  {
    name: 'one folder of environments, of one application',
    deploy: `path: envs/{environment}\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}' }\n${ENVIRONMENTS}`,
    models: ['churn'],
    files: {
      'base/kustomization.yaml': 'resources: [deployment.yaml]\n',
      'base/deployment.yaml': deploymentOf('churn', 'ghcr.io/acme/churn'),
      ...both(environment => [
        [
          `envs/${environment}/kustomization.yaml`,
          `resources: [../../base]\n${IMAGES('ghcr.io/acme/churn')}`,
        ],
      ]),
    },
    render: (_, environment) => ({ tool: 'kustomize', folder: `envs/${environment}` }),
  },
  {
    name: 'files of values of environments beside each other',
    deploy: `path: charts/{model}\ntarget: helm-values\noptions: { file: 'values-{environment}.yaml', set: [{ path: image.digest, value: '{image.digest}' }] }\n${ENVIRONMENTS}`,
    models: ['churn'],
    files: {
      ...CHART,
      ...both(environment => [
        [`charts/churn/values-${environment}.yaml`, `image:\n  digest: "${OLD}"   # by Assay\n`],
      ]),
    },
    render: (model, environment) => ({
      tool: 'helm',
      chart: `charts/${model}`,
      values: `charts/${model}/values-${environment}.yaml`,
    }),
  },
  {
    name: 'several models in one file of values',
    deploy: `path: serving\ntarget: helm-values\noptions: { file: 'values-{environment}.yaml', set: [{ path: 'models.{model}.digest', value: '{image.digest}' }] }\n${ENVIRONMENTS}`,
    models: ['churn', 'fraud', 'late-flights'],
    files: {
      'serving/Chart.yaml': 'apiVersion: v2\nname: serving\nversion: 1.0.0\n',
      'serving/templates/deployments.yaml': `{{- range $name, $model := .Values.models }}\n---\n${deploymentOf('{{ $name }}', '"ghcr.io/acme/{{ $name }}@{{ $model.digest }}"')}{{- end }}\n`,
      ...both(environment => [
        [
          `serving/values-${environment}.yaml`,
          `models:\n${['churn', 'fraud', 'late-flights'].map(model => `  ${model}: { digest: "${OLD}", replicas: 2 }\n`).join('')}`,
        ],
      ]),
    },
    render: (_, environment) => ({
      tool: 'helm',
      chart: 'serving',
      values: `serving/values-${environment}.yaml`,
    }),
  },
  {
    name: 'one file of values with a part for each environment',
    deploy: `path: serving\ntarget: helm-values\noptions: { set: [{ path: '{environment}.{model}.digest', value: '{image.digest}' }] }\n${ENVIRONMENTS}`,
    models: ['churn', 'fraud'],
    files: {
      'serving/Chart.yaml': 'apiVersion: v2\nname: serving\nversion: 1.0.0\n',
      'serving/templates/deployments.yaml': `{{- range $environment, $models := .Values }}\n{{- range $name, $model := $models }}\n---\n${deploymentOf('{{ $name }}-{{ $environment }}', '"ghcr.io/acme/{{ $name }}@{{ $model.digest }}"')}{{- end }}{{- end }}\n`,
      'serving/values.yaml': ['staging', 'production']
        .map(name => `${name}:\n  churn: { digest: "${OLD}" }   # ours\n  fraud: { digest: "${OLD}" }\n`)
        .join(''),
    },
    render: () => ({ tool: 'helm', chart: 'serving' }),
  },
  {
    name: 'objects of all environments in one file, told apart by their names',
    deploy: `path: serving\ntarget: kserve\noptions: { file: services.yaml, name: '{model}-{environment}' }\n${ENVIRONMENTS}`,
    models: ['churn'],
    files: {
      'serving/kustomization.yaml': 'resources: [services.yaml]\n',
      'serving/services.yaml': ['staging', 'production']
        .map(name =>
          inferenceService(
            '  predictor:\n    model: { modelFormat: { name: sklearn }, storageUri: s3://models/churn/0 }\n',
          ).replace('name: churn', `name: churn-${name}`),
        )
        .join('---\n'),
    },
    render: () => ({ tool: 'kustomize', folder: 'serving' }),
    says: ['uri'],
  },
  {
    name: 'the address of a model among the arguments of a server',
    deploy: `path: '{environment}'\ntarget: yaml\noptions: { file: '{model}.yaml', set: [{ path: [spec, template, spec, containers, 0, args, 0], value: '--model-repository={uri}' }] }\n${ENVIRONMENTS}`,
    models: ['churn'],
    files: both(environment => [
      [`${environment}/kustomization.yaml`, 'resources: [churn.yaml]\n'],
      [
        `${environment}/churn.yaml`,
        deploymentOf('churn', 'nvcr.io/nvidia/tritonserver:24.05-py3').trimEnd() +
          '\n          args: [--model-repository=s3://models/churn/0, --log-verbose=1]\n',
      ],
    ]),
    render: (_, environment) => ({ tool: 'kustomize', folder: environment }),
    says: ['uri'],
  },
  {
    name: 'flat manifests without a folder of a model',
    deploy: `path: k8s\ntarget: yaml\noptions:\n  file: '{model}-deployment.yaml'\n  set: [{ path: [spec, template, spec, containers, 0, image], value: '{image}' }]\nenvironments: { production: {} }\n`,
    models: ['churn', 'fraud'],
    files: {
      'k8s/churn-deployment.yaml': deploymentOf('churn', `ghcr.io/acme/churn@${OLD}`),
      'k8s/fraud-deployment.yaml': deploymentOf('fraud', `ghcr.io/acme/fraud@${OLD}`),
      'k8s/kustomization.yaml': 'resources: [churn-deployment.yaml, fraud-deployment.yaml]\n',
    },
    render: () => ({ tool: 'kustomize', folder: 'k8s' }),
  },
  {
    name: 'a file that holds a tag alone',
    deploy: `path: envs/{environment}\ntarget: text\noptions: { file: '{model}.tag' }\n${ENVIRONMENTS}`,
    models: ['churn'],
    files: { ...CHART, ...both(environment => [[`envs/${environment}/churn.tag`, 'v0']]) },
    render: (model, environment) => ({
      tool: 'helm',
      chart: `charts/${model}`,
      tagFile: `envs/${environment}/${model}.tag`,
    }),
    says: ['tag'],
  },
  {
    name: 'an entry of images for one tag',
    deploy: `path: envs/{environment}\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}:v1' }\n${ENVIRONMENTS}`,
    models: ['churn'],
    files: {
      'base/kustomization.yaml': 'resources: [deployment.yaml]\n',
      'base/deployment.yaml': deploymentOf('churn', 'ghcr.io/acme/churn:v1'),
      ...both(environment => [
        [
          `envs/${environment}/kustomization.yaml`,
          `resources: [../../base]\n${IMAGES('ghcr.io/acme/churn:v1')}`,
        ],
      ]),
    },
    render: (_, environment) => ({ tool: 'kustomize', folder: `envs/${environment}` }),
  },
  {
    name: 'predictor and transformer of KServe in one promotion',
    deploy: `path: kserve/{environment}\ntarget: kserve\noptions: { file: churn.yaml }\nalso:\n  - target: yaml\n    options: { file: churn.yaml, set: [{ path: [spec, transformer, containers, 0, image], value: '{image}' }] }\n  - target: yaml\n    options: { file: settings.yaml, set: [{ path: data.threshold, value: '{parameters.threshold}' }] }\n${ENVIRONMENTS}`,
    models: ['churn'],
    files: both(environment => [
      [`kserve/${environment}/kustomization.yaml`, 'resources: [churn.yaml, settings.yaml]\n'],
      [
        `kserve/${environment}/churn.yaml`,
        inferenceService(
          `  predictor:\n    model: { modelFormat: { name: sklearn }, storageUri: s3://models/churn/0 }\n  transformer:\n    containers:\n      - name: kserve-container\n        image: ghcr.io/acme/churn@${OLD}\n`,
        ),
      ],
      [
        `kserve/${environment}/settings.yaml`,
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: churn }\ndata: { threshold: "0.5" }\n',
      ],
    ]),
    render: (_, environment) => ({ tool: 'kustomize', folder: `kserve/${environment}` }),
    says: ['digest', 'uri', 'threshold'],
    lines: 3,
  },
  {
    name: 'a key and a path of a storage of KServe',
    deploy: `path: kserve/{environment}\ntarget: kserve\noptions: { file: '{model}.yaml' }\n${ENVIRONMENTS}`,
    models: ['churn'],
    files: both(environment => [
      [`kserve/${environment}/kustomization.yaml`, 'resources: [churn.yaml]\n'],
      [
        `kserve/${environment}/churn.yaml`,
        inferenceService(
          '  predictor:\n    model:\n      modelFormat: { name: sklearn }\n      storage: { key: minio, path: churn/0 }\n',
        ),
      ],
    ]),
    render: (_, environment) => ({ tool: 'kustomize', folder: `kserve/${environment}` }),
    says: ['path'],
  },
  {
    name: 'an LLMInferenceService',
    deploy: `path: llm/{environment}\ntarget: yaml\noptions: { file: '{model}.yaml', document: { kind: LLMInferenceService }, set: [{ path: spec.model.uri, value: '{uri}' }] }\n${ENVIRONMENTS}`,
    models: ['churn'],
    files: both(environment => [
      [`llm/${environment}/kustomization.yaml`, 'resources: [churn.yaml]\n'],
      [
        `llm/${environment}/churn.yaml`,
        'apiVersion: serving.kserve.io/v1alpha1\nkind: LLMInferenceService\nmetadata: { name: churn }\nspec:\n  model: { uri: s3://models/churn/0, name: churn }\n',
      ],
    ]),
    render: (_, environment) => ({ tool: 'kustomize', folder: `llm/${environment}` }),
    says: ['uri'],
  },
  {
    name: 'a RayService with the model in serveConfigV2',
    deploy: `path: ray/{environment}\ntarget: yaml\noptions:\n  file: service.yaml\n  set:\n    - { path: spec.serveConfigV2, inside: [applications, { name: '{model}' }, args, uri], value: '{uri}' }\n    - { path: spec.serveConfigV2, inside: [applications, { name: '{model}' }, args, threshold], value: '{parameters.threshold}' }\n${ENVIRONMENTS}`,
    models: ['churn'],
    files: both(environment => [
      [`ray/${environment}/kustomization.yaml`, 'resources: [service.yaml]\n'],
      [
        `ray/${environment}/service.yaml`,
        'apiVersion: ray.io/v1\nkind: RayService\nmetadata: { name: models }\nspec:\n  serveConfigV2: |\n    applications:\n      - name: churn   # ours\n        import_path: serve:app\n        args: { uri: s3://models/churn/0, threshold: 0.1 }\n      - name: fraud\n        import_path: serve:app\n',
      ],
    ]),
    render: (_, environment) => ({ tool: 'kustomize', folder: `ray/${environment}` }),
    says: ['uri', 'threshold'],
  },
  {
    name: 'a HelmRelease of Flux',
    deploy: `path: clusters/{environment}\nrecords: releases/{environment}/{model}\ntarget: yaml\noptions: { file: '{model}.yaml', document: { kind: HelmRelease }, set: [{ path: spec.values.image.digest, value: '{image.digest}' }] }\n${ENVIRONMENTS}`,
    models: ['churn'],
    files: {
      ...CHART,
      ...both(environment => [
        [
          `clusters/${environment}/churn.yaml`,
          `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: { name: churn }\nspec:\n  interval: 5m\n  chart: { spec: { chart: ./charts/churn, sourceRef: { kind: GitRepository, name: deploy } } }\n  values:\n    image:\n      repository: ghcr.io/acme/churn\n      digest: "${OLD}"\n`,
        ],
      ]),
    },
    render: (model, environment) => ({
      tool: 'helm-release',
      chart: `charts/${model}`,
      release: `clusters/${environment}/${model}.yaml`,
    }),
  },
  {
    name: 'a Canary of Flagger beside a kustomization',
    deploy: `path: apps/{model}/{environment}\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}' }\n${ENVIRONMENTS}`,
    models: ['churn'],
    files: both(environment => [
      [
        `apps/churn/${environment}/kustomization.yaml`,
        `resources: [deployment.yaml, canary.yaml]\n${IMAGES('ghcr.io/acme/churn')}`,
      ],
      [`apps/churn/${environment}/deployment.yaml`, deploymentOf('churn', 'ghcr.io/acme/churn:v0')],
      [
        `apps/churn/${environment}/canary.yaml`,
        'apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: { name: churn }\nspec:\n  targetRef: { apiVersion: apps/v1, kind: Deployment, name: churn }\n',
      ],
    ]),
    render: (model, environment) => ({ tool: 'kustomize', folder: `apps/${model}/${environment}` }),
  },
  {
    name: 'a branch of each environment',
    deploy: `path: apps/{model}\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}' }\nbranch: env/{environment}\n${ENVIRONMENTS}`,
    models: ['churn'],
    files: APART,
    apart: true,
    render: (model, environment) => ({ tool: 'kustomize', folder: `${environment}/apps/${model}` }),
  },
  {
    name: 'production in a repository of its own',
    deploy:
      "path: apps/{model}\ntarget: kustomize\noptions: { image: 'ghcr.io/acme/{model}' }\nenvironments:\n  staging: { path: 'apps/{model}' }\n  production: { after: staging, repository: acme/deploy-production, token: ASSAY_DEPLOY_TOKEN_PRODUCTION }\n",
    models: ['churn'],
    files: APART,
    apart: true,
    render: (model, environment) => ({ tool: 'kustomize', folder: `${environment}/apps/${model}` }),
  },
]
