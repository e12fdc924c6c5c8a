import { addressesOf, fetchedAddresses } from './addresses.ts'
import {
  type Carrier,
  type Fields,
  fieldsOf,
  isCalledLike,
  itemsOf,
  type Json,
  lastPart,
  textOf,
} from './carrier.ts'
import { environmentStem } from './environments.ts'
import { parametersIn } from './parameters.ts'
import { namesIn, ownName, type Seen, yamlCarrier } from './seen-object.ts'
import { apartFromServers } from './servers.ts'

/** Pods of objects, and which of their containers runs the model. */

/** A container that runs the model, named where it is one of several. */
interface Chosen {
  image: string
  container?: string
  unclear?: string[]
}

/**
 * What an object with one template of a pod carries: the image of its container, and the address that it loads a model from. An image
 * that is called like no model is the server's, and stays.
 */
export function podCarriers(seen: Seen, pod: Fields, way: Json[]): Carrier[] {
  return containerIn(seen, pod).map(({ image, container, unclear }) => {
    const step: Json = container === undefined ? 0 : { name: container }
    const own = itemsOf(pod.containers)
      .map(fieldsOf)
      .find(one => container === undefined || one.name === container)
    const at = [...way, 'containers', step]
    const loaded = unclear ? [] : addressesOf(own, at)
    const addresses =
      unclear || loaded.length > 0 ? loaded : fetchedAddresses(pod.initContainers, [...way, 'initContainers'])
    const folders = seen.file.split('/')
    const stem = folders.pop()!.replace(/\.\w+$/, '')
    const models = [...namesIn(seen), ...folders, environmentStem(stem)?.stem ?? stem]
    const { found, left } = apartFromServers(
      [{ path: [...at, 'image'], value: '{image}', says: image, name: lastPart(image) }, ...addresses],
      () => models,
    )
    const several = addresses.length > 1 ? found.map(({ value, says }) => `${value}   ${says}`) : undefined
    const asked = unclear ?? several
    return {
      ...yamlCarrier(
        seen,
        found.map(({ path, value }) => ({ path, value })),
        found.map(({ says }) => says).join(', '),
      ),
      ...(left.length > 0 && { left }),
      names: left.length > 0 ? namesIn(seen) : namesOf(seen, image, asked),
      ...(asked
        ? { unclear: asked }
        : joined(parametersIn(own?.env, [...at, 'env']), parametersIn(own?.args, [...at, 'args']))),
    }
  })
}

/** The container of a pod that runs the model. */
export function containerIn(seen: Seen, pod: Fields): Chosen[] {
  const all = itemsOf(pod.containers).flatMap(one => {
    const { name: container, image } = fieldsOf(one)
    const text = textOf(image)
    return text !== undefined && IMAGE.test(text) ? [{ image: text, container: textOf(container) }] : []
  })
  if (itemsOf(pod.containers).length === 1) return all.map(({ image }) => ({ image }))
  const names = namesIn(seen)
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

/** By its image, unless nobody knows which that is. */
export function namesOf(seen: Seen, image: string, unclear: string[] | undefined): string[] {
  return unclear ? [ownName(seen)] : [lastPart(image), ownName(seen)]
}

/** One image that several templates of an object run, such as a head and its workers. */
export function sharedImage(seen: Seen, pods: readonly { pod: unknown; way: Json[] }[]): Carrier[] {
  const found = pods.flatMap(({ pod, way }) =>
    itemsOf(fieldsOf(pod).containers).flatMap((one, at) => {
      const image = textOf(fieldsOf(one).image)
      return image !== undefined && IMAGE.test(image)
        ? [{ image, path: [...way, 'containers', at, 'image'] }]
        : []
    }),
  )
  const images = [...new Set(found.map(({ image }) => image))]
  const named = images.filter(image => namesIn(seen).some(name => isCalledLike(image, name)))
  const [image, ...others] = named.length > 0 ? named : images
  if (image === undefined) return []
  const set = found.filter(one => one.image === image).map(({ path }) => ({ path, value: '{image}' }))
  const unclear = others.length > 0 ? images : undefined
  return [
    { ...yamlCarrier(seen, set, image), names: namesOf(seen, image, unclear), ...(unclear && { unclear }) },
  ]
}

/** Parameters of several places. */
export function joined(...all: Pick<Carrier, 'parameters'>[]): Pick<Carrier, 'parameters'> {
  const parameters = all.flatMap(one => one.parameters ?? [])
  return parameters.length > 0 ? { parameters } : {}
}

// --- internal ---

/** A reference to an image, and no template. */
const IMAGE = /^[\w.:/@-]+$/
