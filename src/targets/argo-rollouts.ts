import * as z from 'zod'
import type { YamlEdit } from '../core/yaml/edit/edit.ts'
import { Container, containerOf, imageFor, imageReference, Pin, Registries } from './parts/image.ts'
import { type Fields, fields, findObject, list, ObjectName } from './parts/manifest.ts'
import { ManifestPath, manifestPath } from './parts/manifest-path.ts'
import {
  analysisIn,
  controllerSteps,
  ensureRouted,
  isOwnCanary,
  STEPS,
  withoutSteps,
} from './parts/rollout-canary.ts'
import { type Manifest, type ReleaseForTarget, refusal, target } from './target.ts'

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
      'Weights of the `setWeight` steps that are yours, as many as the manifest has. Default: as they are. Those of `canary` in assay-deploy.yml are written without it.',
    ),
  analysis: ManifestPath.optional().describe(
    'File of the AnalysisTemplate by which a canary asks for its verdict. Default: the one that the Rollout is in.',
  ),
  template: ObjectName.describe(
    '`metadata.name` of that AnalysisTemplate. Needed where the file has several.',
  ),
})
type Options = z.infer<typeof Options>

/** Image and canary steps of an Argo Rollout, whose controller splits the traffic. */
export const argoRollouts = target(
  'argo-rollouts',
  Options,
  (manifest, release, options) => {
    const { document, value } = rolloutIn(manifest, options)
    const steps = list(canaryOf(value).steps)
    return [
      imageEdit(manifest, release, options, { document, value }),
      ...(isOwnCanary(value)
        ? withoutSteps(value).map(edit => ({ document, ...edit }))
        : stepEdits(manifest, document, steps, options.steps)),
    ]
  },
  {
    split: {
      movedBy: 'controller',
      sticky: ['none'],
      reads: ({ analysis }) => analysis,
      edits(manifest, arms, options, beside) {
        const { document, value } = rolloutIn(manifest, options)
        const { file } = manifest
        if (options.steps !== undefined)
          throw refusal({
            what: 'the option `steps` has weights, and those of a canary come from `canary` in assay-deploy.yml',
            where: { file },
            fix: 'take `steps` out of the options',
          })
        ensureRouted(manifest, { document, value })
        const template = analysisIn(beside, options.template)
        return [
          imageEdit(manifest, arms.challenger, options, { document, value }),
          ...controllerSteps(arms, template, canaryOf(value).steps !== undefined).map(edit => ({
            document,
            ...edit,
          })),
        ]
      },
    },
  },
)

// --- internal ---

function rolloutIn(manifest: Manifest, { name }: Options): { document: number; value: Fields } {
  const found = findObject(manifest, { kind: 'Rollout', group: 'argoproj.io', name })
  if (fields(found.value.spec).workloadRef !== undefined)
    throw refusal({
      what: 'the pods of this Rollout are in another object (`spec.workloadRef`)',
      where: { file: manifest.file },
      fix: 'write the image there, with the target `kustomize` or `yaml`',
    })
  return found
}

function canaryOf({ spec }: Fields): Fields {
  return fields(fields(fields(spec).strategy).canary)
}

function imageEdit(
  manifest: Manifest,
  release: ReleaseForTarget,
  options: Options,
  { document, value }: { document: number; value: Fields },
): YamlEdit {
  const path = 'spec.template.spec.containers'
  const { containers } = fields(fields(fields(fields(value.spec).template).spec))
  const { index, name } = containerOf(manifest, containers, options.container, path)
  const at = [...path.split('.'), index, 'image']
  const image = imageFor(manifest, release, options, { document, path: at, name })
  return { document, path: at, value: imageReference(image, options.pin) }
}

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
    path: [...STEPS, at[index]!, 'setWeight'],
    value,
  }))
}

function rises(weights: number[]): boolean {
  return weights.every(
    (weight, index) => Number.isInteger(weight) && (index === 0 || weight > weights[index - 1]!),
  )
}
