import * as z from 'zod'
import type { YamlEdit } from '../core/yaml/edit/edit.ts'
import { Container, Pin, Registries } from './parts/image.ts'
import { canaryEdits } from './parts/kserve-canary.ts'
import { modelPosition } from './parts/kserve-model.ts'
import { fields, findObject, manifestPath, ObjectName } from './parts/manifest.ts'
import { refusal, target } from './target.ts'

const Options = z.strictObject({
  file: manifestPath('inference-service.yaml'),
  name: ObjectName,
  write: z
    .enum(['uri', 'image'])
    .default('uri')
    .describe(
      "What of the release: its model URI into `storageUri`, or its image into the predictor's container.",
    ),
  container: Container,
  pin: Pin,
  registries: Registries,
  canary: z
    .enum(['Knative', 'Standard'])
    .optional()
    .describe(
      'How this service splits traffic: `spec.predictor.canaryTrafficPercent` in Knative mode, `spec.canary` in Standard mode (KServe 0.20 and newer). Default: no canary.',
    ),
})

/** Model URI or image of a KServe InferenceService, and its canary in both modes. */
export const kserve = target('kserve', Options, (manifest, release, options): YamlEdit[] => {
  const { document, value } = findObject(manifest, {
    kind: 'InferenceService',
    group: 'serving.kserve.io',
    name: options.name,
  })
  const predictor = fields(fields(value.spec).predictor)
  const canary = release.weight !== undefined && release.weight < 100
  const where = { file: manifest.file }
  if (options.canary === undefined && canary)
    throw refusal({
      what: `the release shall get ${release.weight} % of the traffic, but this service has no canary`,
      where,
      fix: 'set `canary` to the mode of the service: `Knative` or `Standard`',
    })
  if (
    options.canary === undefined &&
    (predictor.canaryTrafficPercent ?? fields(value.spec).canary) !== undefined
  )
    throw refusal({
      what: 'the manifest has a canary, which the release would become a part of',
      where,
      fix: 'set `canary` to the mode of the service, or remove it from the manifest',
    })
  const position = modelPosition(manifest, release, { document, predictor }, options)
  return canaryEdits(manifest, release, value, position, options.canary).map(edit => ({ ...edit, document }))
})
