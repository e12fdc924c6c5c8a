import { applicationCarriers, applicationSetCarriers } from './application-carriers.ts'
import {
  type Carrier,
  type Fields,
  fieldsOf,
  itemsOf,
  type Json,
  lastPart,
  type ReadFile,
  textOf,
} from './carrier.ts'
import { configMapCarriers } from './config-map-carriers.ts'
import { environmentOf, environmentStem } from './environments.ts'
import { inferenceService } from './kserve-carriers.ts'
import { containerIn, namesOf, podCarriers, sharedImage } from './pods.ts'
import { rayCluster, rayService } from './ray-carriers.ts'
import { documentOf, ownName, type Seen, yamlCarrier } from './seen-object.ts'
import { substituteCarriers } from './substitute-carriers.ts'
import { valueCarriers } from './value-carriers.ts'

/** Objects of Kubernetes that say which release serves. */

/** What each object of a file carries; nothing of a kind that carries none. */
export function objectCarriers({ file, documents }: ReadFile): Carrier[] {
  const objects = documents.map(document => {
    const object = fieldsOf(document)
    return { object, kind: textOf(object.kind) ?? '', name: textOf(fieldsOf(object.metadata).name) ?? '' }
  })
  const isAlone = objects.filter(({ object }) => Object.keys(object).length > 0).length === 1
  return objects.flatMap(({ object, kind, name }, at) => {
    const read = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
    if (!read || textOf(object.apiVersion) === undefined || isHook(object)) return []
    const alike = objects.filter(one => one.kind === kind)
    const environment = environmentOf(file) ? undefined : environmentAmong(name, alike)
    const seen = { file, object, name, at, isOne: alike.length === 1, isAlone }
    const found = read({ ...seen, ...(environment !== undefined && { environment }) })
    const isTwice = name !== '' && alike.filter(one => one.name === name).length > 1
    return found.map(carrier => ({
      ...carrier,
      ...(environment !== undefined && { environment }),
      ...(isTwice && {
        unclear: [`${kind} ${name}, of which ${file} has several: only a name tells them apart`],
      }),
    }))
  })
}

/** What an object carries that stands in a text, as values at their ways in it. */
export function patchedCarriers(document: unknown, file: string): Carrier[] {
  const object = fieldsOf(document)
  const name = textOf(fieldsOf(object.metadata).name) ?? ''
  const seen: Seen = { file, object, name, at: 0, isOne: true, isAlone: true }
  if (object.kind === 'InferenceService')
    return valueCarriers(file, object, { own: [ownName(seen)], target: 'yaml' })
  if (object.kind === 'Rollout') return workload(seen)
  return objectCarriers({ file, documents: [document], text: '' })
}

/** Objects of kinds that nobody here knows, which say an image or an address all the same. */
export function isUnknown(document: unknown): boolean {
  const { apiVersion, kind, spec } = fieldsOf(document)
  const isOfOthers = /^(?!.*\.k8s\.io\/)[\w-]+(\.[\w-]+)+\//.test(textOf(apiVersion) ?? '')
  if (!isOfOthers || Object.hasOwn(KINDS, textOf(kind) ?? '')) return false
  return valueCarriers('', spec, { own: ['model'], target: 'yaml' }).length > 0
}

/** What Helm or Argo CD runs once around a release, such as a migration. */
function isHook({ metadata }: Fields): boolean {
  const { annotations } = fieldsOf(metadata)
  return Object.keys(fieldsOf(annotations)).some(key => /^(helm\.sh|argocd\.argoproj\.io)\/hook$/.test(key))
}

/** Of a name that is there for another environment too. */
function environmentAmong(name: string, alike: readonly { name: string }[]): string | undefined {
  const own = environmentStem(name)
  const others = alike.flatMap(one => environmentStem(one.name) ?? [])
  return own && others.some(one => one.stem === own.stem && one.environment !== own.environment)
    ? own.environment
    : undefined
}

/** Objects of one kind → what they carry. A kind more is a row. */
const KINDS: Record<string, (seen: Seen) => Carrier[]> = {
  InferenceService: inferenceService,
  LLMInferenceService: seen => {
    const uri = textOf(fieldsOf(fieldsOf(seen.object.spec).model).uri)
    return uri === undefined ? [] : [yamlCarrier(seen, [{ path: 'spec.model.uri', value: '{uri}' }], uri)]
  },
  RayService: rayService,
  RayCluster: rayCluster,
  // Of Seldon, the second version and the first.
  Model: seen => {
    const uri = textOf(fieldsOf(seen.object.spec).storageUri)
    return uri === undefined ? [] : [yamlCarrier(seen, [{ path: 'spec.storageUri', value: '{uri}' }], uri)]
  },
  TrainedModel: seen => {
    const uri = textOf(fieldsOf(fieldsOf(seen.object.spec).model).storageUri)
    return uri === undefined
      ? []
      : [yamlCarrier(seen, [{ path: 'spec.model.storageUri', value: '{uri}' }], uri)]
  },
  // Of AIBrix: weights upon a model that is there.
  ModelAdapter: seen => {
    const uri = textOf(fieldsOf(seen.object.spec).artifactURL)
    return uri === undefined ? [] : [yamlCarrier(seen, [{ path: 'spec.artifactURL', value: '{uri}' }], uri)]
  },
  SeldonDeployment: seen => {
    const found = itemsOf(fieldsOf(seen.object.spec).predictors).flatMap((one, at) => {
      const uri = textOf(fieldsOf(fieldsOf(one).graph).modelUri)
      return uri === undefined ? [] : [{ path: ['spec', 'predictors', at, 'graph', 'modelUri'], uri }]
    })
    const [first, ...others] = found
    if (!first)
      return sharedImage(
        seen,
        itemsOf(fieldsOf(seen.object.spec).predictors).flatMap((one, at) =>
          itemsOf(fieldsOf(one).componentSpecs).map((component, index) => ({
            pod: fieldsOf(component).spec,
            way: ['spec', 'predictors', at, 'componentSpecs', index, 'spec'],
          })),
        ),
      )
    const unclear = found.map(({ path, uri }) => `${path.join('.')}   ${uri}`)
    return [
      {
        ...yamlCarrier(seen, [{ path: first.path, value: '{uri}' }], first.uri),
        ...(others.length > 0 && { unclear }),
      },
    ]
  },
  HelmRelease: seen =>
    valueCarriers(seen.file, fieldsOf(seen.object.spec).values, {
      prefix: ['spec', 'values'],
      own: [seen.name],
      target: 'yaml',
      options: { document: documentOf(seen) },
    }),
  Application: applicationCarriers,
  ApplicationSet: applicationSetCarriers,
  // Of Flux, which puts variables into what it applies.
  Kustomization: seen => substituteCarriers(seen, documentOf(seen)),
  Bento: bento,
  BentoDeployment: bento,
  // Of NVIDIA.
  NIMService: seen =>
    valueCarriers(seen.file, fieldsOf(fieldsOf(seen.object.spec).image), {
      ...{ prefix: ['spec', 'image'], own: [ownName(seen)], target: 'yaml', areModels: false },
      options: { document: documentOf(seen) },
    }),
  LeaderWorkerSet: seen => {
    const { leaderWorkerTemplate } = fieldsOf(seen.object.spec)
    return sharedImage(
      seen,
      ['leaderTemplate', 'workerTemplate'].map(key => ({
        pod: fieldsOf(fieldsOf(leaderWorkerTemplate)[key]).spec,
        way: ['spec', 'leaderWorkerTemplate', key, 'spec'],
      })),
    )
  },
  ConfigMap: configMapCarriers,
  Rollout: seen => {
    const found = containerIn(seen, fieldsOf(fieldsOf(fieldsOf(seen.object.spec).template).spec))
    return found.map(({ image, container, unclear }) => ({
      ...{ file: seen.file, names: namesOf(seen, image, unclear), target: 'argo-rollouts', says: image },
      options: { ...(!seen.isOne && { name: seen.name }), ...(container !== undefined && { container }) },
      ...(unclear && { unclear }),
    }))
  },
  ...Object.fromEntries(
    // A Service of Kubernetes itself has no containers; that of Knative has.
    ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Service'].map(kind => [kind, workload]),
  ),
}

// --- internal ---

function bento(seen: Seen): Carrier[] {
  const image = textOf(fieldsOf(seen.object.spec).image)
  if (image === undefined || !/[:@]/.test(image)) return []
  return [
    { ...yamlCarrier(seen, [{ path: 'spec.image', value: '{image}' }], image), names: [lastPart(image)] },
  ]
}

function workload(seen: Seen): Carrier[] {
  const spec = fieldsOf(seen.object.spec)
  const isCron = seen.object.kind === 'CronJob'
  const template = isCron ? fieldsOf(fieldsOf(spec.jobTemplate).spec).template : spec.template
  const way: Json[] = [...(isCron ? ['spec', 'jobTemplate'] : []), 'spec', 'template', 'spec']
  return podCarriers(seen, fieldsOf(fieldsOf(template).spec), way)
}
