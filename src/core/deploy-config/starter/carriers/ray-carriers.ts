import { readYaml } from '../../../yaml/edit/edit.ts'
import { type Carrier, fieldsOf, itemsOf, type Json, textOf } from './carrier.ts'
import { parametersIn } from './parameters.ts'
import { sharedImage } from './pods.ts'
import { documentOf, type Seen } from './seen-object.ts'

/** A RayService: its applications, where their configuration says a model's address, else the image that they run in. */
export function rayService(seen: Seen): Carrier[] {
  const found = applicationsOf(seen)
  return found.length > 0 ? found : imageIn(seen, ['spec', 'rayClusterConfig'])
}

export function rayCluster(seen: Seen): Carrier[] {
  return imageIn(seen, ['spec'])
}

// --- internal ---

/** The configuration is a text in the object. */
function applicationsOf(seen: Seen): Carrier[] {
  const text = textOf(fieldsOf(seen.object.spec).serveConfigV2)
  if (text === undefined) return []
  const [config] = readYaml(text, seen.file)
  return itemsOf(fieldsOf(config).applications).flatMap((application): Carrier[] => {
    const { name, args, deployments } = fieldsOf(application)
    const model = textOf(name)
    const found = [
      ...addressesIn(args, ['args']),
      ...itemsOf(deployments).flatMap(one => {
        const { name: named, user_config } = fieldsOf(one)
        const deployment = textOf(named)
        return deployment === undefined
          ? []
          : addressesIn(user_config, ['deployments', { name: deployment }, 'user_config'])
      }),
    ]
    if (model === undefined || found.length === 0) return []
    const set = found.map(({ way }) => ({
      path: 'spec.serveConfigV2',
      inside: ['applications', { name: '{model}' }, ...way],
      value: '{uri}',
    }))
    const document: Carrier['options'] = seen.isAlone ? {} : { document: documentOf(seen) }
    return [
      {
        file: seen.file,
        names: [model],
        target: 'yaml',
        options: { ...document, set },
        says: found.map(({ says }) => says).join(', '),
        ...parametersIn(args, ['applications', { name: '{model}' }, 'args'], ['spec', 'serveConfigV2']),
        ...(found.length > 1 && {
          unclear: found.map(({ way, says }) => `${JSON.stringify(way)}   ${says}`),
        }),
      },
    ]
  })
}

/** Of a cluster of Ray: head and workers run one image. */
function imageIn(seen: Seen, way: string[]): Carrier[] {
  const cluster = way.reduce<unknown>((value, key) => fieldsOf(value)[key], seen.object)
  const { headGroupSpec, workerGroupSpecs } = fieldsOf(cluster)
  const podOf = (group: unknown) => fieldsOf(fieldsOf(group).template).spec
  return sharedImage(seen, [
    { pod: podOf(headGroupSpec), way: [...way, 'headGroupSpec', 'template', 'spec'] },
    ...itemsOf(workerGroupSpecs).map((group, at) => ({
      ...{ pod: podOf(group), way: [...way, 'workerGroupSpecs', at, 'template', 'spec'] },
    })),
  ])
}

/** Addresses in a storage with the ways to them: one of the web is that of a service. */
function addressesIn(value: unknown, way: Json[]): { way: Json[]; says: string }[] {
  if (way.length > MOST_DEEP) return []
  const text = textOf(value)
  if (text !== undefined) return /^(?!https?:)[a-z][\w+.-]*:\/\//.test(text) ? [{ way, says: text }] : []
  return [
    ...itemsOf(value).flatMap((one, at) => addressesIn(one, [...way, at])),
    ...Object.entries(fieldsOf(value)).flatMap(([key, one]) => addressesIn(one, [...way, key])),
  ]
}

const MOST_DEEP = 12
