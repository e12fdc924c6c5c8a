import * as z from 'zod'
import type { YamlEdit } from '../core/yaml/edit/edit.ts'
import { Container, containerOf, imageFor, imageReference, Pin, Registries } from './parts/image.ts'
import { fields, findObject, list, manifestPath, ObjectName } from './parts/manifest.ts'
import { type Manifest, refusal, target } from './target.ts'

const Options = z.strictObject({
  file: manifestPath('rollout.yaml'),
  name: ObjectName,
  container: Container,
  pin: Pin,
  registries: Registries,
  steps: z
    .array(z.int().min(0).max(100))
    .min(1, 'needs at least one step')
    .refine(rises, 'must rise from step to step')
    .optional()
    .describe(
      "Weights of the canary's `setWeight` steps, as many as the manifest has. Default: as they are.",
    ),
})

/** Image and canary steps of an Argo Rollout, whose controller splits the traffic. */
export const argoRollouts = target('argo-rollouts', Options, (manifest, release, options) => {
  const { document, value } = findObject(manifest, {
    kind: 'Rollout',
    group: 'argoproj.io',
    name: options.name,
  })
  const spec = fields(value.spec)
  if (spec.workloadRef !== undefined)
    throw refusal({
      what: 'the pods of this Rollout are in another object (`spec.workloadRef`)',
      where: { file: manifest.file },
      fix: 'write the image there, with the target `kustomize` or `yaml`',
    })
  const path = 'spec.template.spec.containers'
  const { containers } = fields(fields(fields(spec.template).spec))
  const { index, name } = containerOf(manifest, containers, options.container, path)
  const at = [...path.split('.'), index, 'image']
  const image = imageFor(manifest, release, options, { document, path: at, name })
  const steps = list(fields(fields(spec.strategy).canary).steps)
  return [
    { document, path: at, value: imageReference(image, options.pin) },
    ...stepEdits(manifest, document, steps, options.steps),
  ]
})

// --- internal ---

function stepEdits(
  { file }: Manifest,
  document: number,
  steps: unknown[],
  wanted: number[] | undefined,
): YamlEdit[] {
  if (wanted === undefined) return []
  const at = steps.flatMap((step, index) => ('setWeight' in fields(step) ? [index] : []))
  const where = { file }
  const label = '`spec.strategy.canary.steps`'
  if (at.length === 0)
    throw refusal({ what: `there is no \`setWeight\` in ${label}`, where, fix: 'add the steps' })
  if (wanted.length !== at.length)
    throw refusal({
      what: `${label} has ${at.length} \`setWeight\`, the option \`steps\` has ${wanted.length}`,
      where,
      fix: 'add or remove steps in the manifest: pauses and analyses between them are yours',
    })
  return wanted.map((value, index) => ({
    document,
    path: ['spec', 'strategy', 'canary', 'steps', at[index]!, 'setWeight'],
    value,
  }))
}

function rises(weights: number[]): boolean {
  return weights.every(
    (weight, index) => Number.isInteger(weight) && (index === 0 || weight > weights[index - 1]!),
  )
}
