import { type Carrier, fieldsOf, type Json, lastPart, textOf } from './carrier.ts'

/** Variables that Flux puts into manifests: `churn_tag` in `spec.postBuild.substitute`. */

/** Ends of names, and what of a release stands there. */
const ENDS: readonly [RegExp, string][] = [
  [/_?image_?digest$|_digest$/i, '{image.digest}'],
  [/_?image_?tag$|_tag$/i, '{image.tag}'],
  [/_image$/i, '{image}'],
  [/_?(?:model|storage)_?uri$|_uri$/i, '{uri}'],
  [/_?model_?version$|_version$/i, '{version}'],
]

/** The models of a Kustomization of Flux, each by what its variables begin with. */
export function substituteCarriers(
  { file, object, name }: { file: string; object: unknown; name: string },
  document: Json,
): Carrier[] {
  const { substitute } = fieldsOf(fieldsOf(fieldsOf(object).spec).postBuild)
  const found = Object.entries(fieldsOf(substitute)).flatMap(([key, inner]) => {
    const [end, value] = ENDS.find(([pattern]) => pattern.test(key)) ?? []
    const says = textOf(inner)
    if (!end || value === undefined || says === undefined || /^\$\{/.test(says)) return []
    if (value === '{uri}' && !/^[a-z][\w+.-]*:\/\//.test(says)) return []
    const before = key.replace(end, '').replace(/_/g, '-').toLowerCase()
    return [{ key, value, says, model: before || (value === '{image}' ? lastPart(says) : name) }]
  })
  const models = Map.groupBy(found, ({ model }) => model)
  return [...models].flatMap(([model, values]) =>
    // A version alone may be that of anything, such as of Kubernetes.
    values.every(({ value }) => value === '{version}')
      ? []
      : {
          ...{ file, names: [model], target: 'yaml', says: values.map(({ says }) => says).join(', ') },
          options: {
            document,
            set: values.map(({ key, value }) => ({
              path: ['spec', 'postBuild', 'substitute', key.replace(new RegExp(`^${model}(?=_)`), '{model}')],
              value,
            })),
          },
        },
  )
}
