import { type Carrier, type Fields, fieldsOf, isCalledLike, itemsOf, type Json, textOf } from './carrier.ts'
import { parametersIn } from './parameters.ts'
import { containerIn, joined } from './pods.ts'
import { documentOf, namesIn, type Seen, yamlCarrier } from './seen-object.ts'
import { valueCarriers } from './value-carriers.ts'

/** An InferenceService: the model of its predictor, and a transformer that is called like it. */
export function inferenceService(seen: Seen): Carrier[] {
  // Those of Kubeflow, before there was KServe.
  if (!/^serving\.kserve\.io\//.test(textOf(seen.object.apiVersion) ?? ''))
    return valueCarriers(seen.file, seen.object.spec, {
      ...{ prefix: ['spec'], own: namesIn(seen), target: 'yaml' },
      options: { document: documentOf(seen) },
    })
  const { predictor, transformer } = fieldsOf(seen.object.spec) as Record<string, unknown>
  const parts = Object.entries(fieldsOf(predictor)).map(([key, part]): Fields => ({ ...fieldsOf(part), key }))
  const stored = parts.find(one => textOf(one.storageUri) ?? textOf(fieldsOf(one.storage).path))
  const name: Carrier['options'] = seen.isOne ? {} : { name: seen.name }
  const own = { file: seen.file, names: namesIn(seen), target: 'kserve' }
  const main: Carrier[] = stored
    ? [
        {
          ...own,
          options: name,
          says: textOf(stored.storageUri) ?? textOf(fieldsOf(stored.storage).path)!,
          ...parametersOf(seen, stored, ['spec', 'predictor', String(stored.key)]),
        },
      ]
    : containerIn(seen, fieldsOf(predictor)).map(({ image, container }) => ({
        ...own,
        ...parametersOf(
          seen,
          itemsOf(fieldsOf(predictor).containers)
            .map(fieldsOf)
            .find(one => container === undefined || one.name === container),
          ['spec', 'predictor', 'containers', container === undefined ? 0 : { name: container }],
        ),
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

// --- internal ---

/** Of the container of a predictor, which a target of its own would write. */
function parametersOf(seen: Seen, container: unknown, way: Json[]): Pick<Carrier, 'parameters' | 'beside'> {
  const { env, args } = fieldsOf(container)
  const found = joined(parametersIn(env, [...way, 'env']), parametersIn(args, [...way, 'args']))
  const { options } = yamlCarrier(seen, [], '')
  const { set: _, ...beside } = options
  return found.parameters ? { ...found, beside } : {}
}
