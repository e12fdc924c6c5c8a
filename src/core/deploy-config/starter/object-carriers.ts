import { applicationCarriers } from './application-carriers.ts'
import {
  type Carrier,
  type Fields,
  fieldsOf,
  isCalledLike,
  itemsOf,
  type Json,
  lastPart,
  type ReadFile,
  textOf,
} from './carrier.ts'
import { parametersIn } from './parameters.ts'
import { rayService } from './ray-carriers.ts'
import { documentOf, ownName, type Seen, yamlCarrier } from './seen-object.ts'
import { substituteCarriers } from './substitute-carriers.ts'
import { valueCarriers } from './value-carriers.ts'

/** Objects of Kubernetes that say which release serves. */

/** What each object of a file carries; nothing of a kind that carries none. */
export function objectCarriers({ file, documents }: ReadFile): Carrier[] {
  const objects = documents.map(fieldsOf)
  return objects.flatMap(object => {
    const kind = textOf(object.kind)
    const read = kind === undefined || !Object.hasOwn(KINDS, kind) ? undefined : KINDS[kind]
    if (!read || textOf(object.apiVersion) === undefined) return []
    const name = textOf(fieldsOf(object.metadata).name) ?? ''
    const isOne = objects.filter(one => one.kind === kind).length === 1
    const isAlone = objects.filter(one => Object.keys(one).length > 0).length === 1
    return read({ file, object, name, isOne, isAlone })
  })
}

/** Objects of one kind → what they carry. A kind more is a row. */
const KINDS: Record<string, (seen: Seen) => Carrier[]> = {
  InferenceService: inferenceService,
  LLMInferenceService: seen => {
    const uri = textOf(fieldsOf(fieldsOf(seen.object.spec).model).uri)
    return uri === undefined ? [] : [yamlCarrier(seen, [{ path: 'spec.model.uri', value: '{uri}' }], uri)]
  },
  RayService: rayService,
  // Of Seldon, the second version and the first.
  Model: seen => {
    const uri = textOf(fieldsOf(seen.object.spec).storageUri)
    return uri === undefined ? [] : [yamlCarrier(seen, [{ path: 'spec.storageUri', value: '{uri}' }], uri)]
  },
  SeldonDeployment: seen => {
    const found = itemsOf(fieldsOf(seen.object.spec).predictors).flatMap((one, at) => {
      const uri = textOf(fieldsOf(fieldsOf(one).graph).modelUri)
      return uri === undefined ? [] : [{ path: ['spec', 'predictors', at, 'graph', 'modelUri'], uri }]
    })
    const [first, ...others] = found
    if (!first) return []
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
  // Of Flux, which puts variables into what it applies.
  Kustomization: seen => substituteCarriers(seen, documentOf(seen)),
  Bento: seen => {
    const image = textOf(fieldsOf(seen.object.spec).image)
    return image === undefined
      ? []
      : [
          {
            ...yamlCarrier(seen, [{ path: 'spec.image', value: '{image}' }], image),
            names: [lastPart(image)],
          },
        ]
  },
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

/** By its image, unless nobody knows which that is. */
function namesOf(seen: Seen, image: string, unclear: string[] | undefined): string[] {
  return unclear ? [ownName(seen)] : [lastPart(image), ownName(seen)]
}

function inferenceService(seen: Seen): Carrier[] {
  const { predictor, transformer } = fieldsOf(seen.object.spec) as Record<string, unknown>
  const parts = Object.values(fieldsOf(predictor)).map(fieldsOf)
  const stored = parts.find(one => textOf(one.storageUri) ?? textOf(fieldsOf(one.storage).path))
  const name: Carrier['options'] = seen.isOne ? {} : { name: seen.name }
  const own = { file: seen.file, names: [seen.name], target: 'kserve' }
  const main: Carrier[] = stored
    ? [{ ...own, options: name, says: textOf(stored.storageUri) ?? textOf(fieldsOf(stored.storage).path)! }]
    : containerIn(seen, fieldsOf(predictor)).map(({ image, container }) => ({
        ...own,
        options: { ...name, write: 'image', ...(container !== undefined && { container }) },
        says: image,
      }))
  const beside = itemsOf(fieldsOf(transformer).containers)
    .map(one => textOf(fieldsOf(one).image))
    .flatMap((image, at): Carrier[] =>
      image !== undefined && /[@:]/.test(image) && isCalledLike(image, seen.name)
        ? [
            yamlCarrier(
              seen,
              [{ path: ['spec', 'transformer', 'containers', at, 'image'], value: '{image}' }],
              image,
            ),
          ]
        : [],
    )
  return [...main, ...beside]
}

function workload(seen: Seen): Carrier[] {
  const spec = fieldsOf(seen.object.spec)
  const isCron = seen.object.kind === 'CronJob'
  const template = isCron ? fieldsOf(fieldsOf(spec.jobTemplate).spec).template : spec.template
  const way = [...(isCron ? ['spec', 'jobTemplate'] : []), 'spec', 'template', 'spec', 'containers']
  return containerIn(seen, fieldsOf(fieldsOf(template).spec)).map(({ image, container, unclear }) => {
    const step: Json = container === undefined ? 0 : { name: container }
    const carrier = yamlCarrier(seen, [{ path: [...way, step, 'image'], value: '{image}' }], image)
    const own = itemsOf(fieldsOf(fieldsOf(template).spec).containers).map(fieldsOf)
    const { env } = own.find(one => container === undefined || one.name === container) ?? {}
    return {
      ...carrier,
      names: namesOf(seen, image, unclear),
      ...(unclear ? { unclear } : parametersIn(env, [...way, step, 'env'])),
    }
  })
}

/** The container of a pod that runs the model, named where it is one of several. */
function containerIn(seen: Seen, pod: Fields): { image: string; container?: string; unclear?: string[] }[] {
  const all = itemsOf(pod.containers).flatMap(one => {
    const { name: container, image } = fieldsOf(one)
    const text = textOf(image)
    return text !== undefined && IMAGE.test(text) ? [{ image: text, container: textOf(container) }] : []
  })
  if (itemsOf(pod.containers).length === 1) return all.map(({ image }) => ({ image }))
  const names = [seen.name, ownName(seen)]
  const own = all.filter(one => names.some(name => isCalledLike(one.image, name) || one.container === name))
  const [first] = own.length === 1 ? own : all
  if (first?.container === undefined) return []
  return [
    {
      image: first.image,
      container: first.container,
      ...(own.length !== 1 &&
        all.length > 1 && { unclear: all.map(one => `${one.container ?? ''}   ${one.image}`) }),
    },
  ]
}

/** A reference to an image, and no template. */
const IMAGE = /^[\w.:/@-]+$/
