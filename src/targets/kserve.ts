import * as z from 'zod'
import { Container, Pin, Registries } from './parts/image.ts'
import { aloneEdits, type KserveMode, MODES, splitEdits } from './parts/kserve-canary.ts'
import { modelPosition } from './parts/kserve-model.ts'
import { ensureReached } from './parts/kserve-service.ts'
import { type FoundObject, fields, findObject, ObjectName } from './parts/manifest.ts'
import { manifestPath } from './parts/manifest-path.ts'
import { type Manifest, type ReleaseForTarget, refusal, target } from './target.ts'

const Mode = z.enum(Object.keys(MODES) as [KserveMode, ...KserveMode[]]).optional()

const Options = z
  .strictObject({
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
    mode: Mode.describe(
      'How this service splits traffic: `spec.predictor.canaryTrafficPercent` in Knative mode, `spec.canary` in Standard mode (KServe 0.20 and newer). Default: it has no canary.',
    ),
    canary: Mode.describe('The old name of `mode`.'),
  })
  .refine(({ mode, canary }) => mode === undefined || canary === undefined, {
    path: ['canary'],
    message: 'is the old name of `mode`: write one of them',
  })
type Options = z.infer<typeof Options>

/** Model URI or image of a KServe InferenceService, and its canary in both modes. */
export const kserve = target(
  'kserve',
  Options,
  (manifest, release, options) => {
    const { document, value } = serviceIn(manifest, options)
    const mode = options.mode ?? options.canary
    const spec = fields(value.spec)
    if (mode === undefined && (fields(spec.predictor).canaryTrafficPercent ?? spec.canary) !== undefined)
      throw refusal({
        what: 'the manifest has a canary, which the release would become a part of',
        where: { file: manifest.file },
        fix: 'set `mode` to that of the service, or remove the canary from the manifest',
      })
    const position = positionIn(manifest, release, { document, value }, options)
    return aloneEdits(manifest, value, position, mode).map(edit => ({ ...edit, document }))
  },
  {
    split: {
      movedBy: 'commits',
      sticky: ['none'],
      edits: (manifest, arms, options) => {
        const { document, value } = serviceIn(manifest, options)
        const mode = options.mode ?? options.canary
        if (mode === undefined)
          throw refusal({
            what: `${arms.challenger.version} shall get ${arms.weight} % of the traffic, and nothing says how this service splits it`,
            where: { file: manifest.file },
            fix: 'set `mode` to that of the service: `Knative` or `Standard`',
          })
        const positions = {
          champion: positionIn(manifest, arms.champion, { document, value }, options),
          challenger: positionIn(manifest, arms.challenger, { document, value }, options),
        }
        return splitEdits(manifest, arms, value, positions, mode).map(edit => ({ ...edit, document }))
      },
    },
    ensureReached: (manifest, options, service) =>
      ensureReached(manifest, serviceIn(manifest, options), service),
  },
)

// --- internal ---

function serviceIn(manifest: Manifest, { name }: Options): FoundObject {
  return findObject(manifest, { kind: 'InferenceService', group: 'serving.kserve.io', name })
}

function positionIn(
  manifest: Manifest,
  release: ReleaseForTarget,
  { document, value }: FoundObject,
  options: Options,
) {
  const predictor = fields(fields(value.spec).predictor)
  return modelPosition(manifest, release, { document, predictor }, options)
}
