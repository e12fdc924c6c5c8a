import { type Manifest, refusal } from '../target.ts'
import { MODE, MODES } from './kserve-canary.ts'
import { type FoundObject, fields } from './manifest.ts'
import { lineIn } from './traffic.ts'

/**
 * That routes of a person's own reach the pods of an InferenceService and no others. In Knative mode its Service is the gateway of
 * Knative, which tells services apart by the host that was asked: routes would lead both arms to one. In Standard mode its Services
 * are named for it, so that one of the other arm is found out.
 *
 * @param service as the routes name it; undefined where labels tell the pods
 * @throws AssayError `TARGET_REFUSED`
 */
export function ensureReached(
  manifest: Manifest,
  { document, value }: FoundObject,
  service: string | undefined,
): void {
  const { name, annotations } = fields(value.metadata)
  const own = String(name)
  const mode = fields(annotations)[MODE]
  if (!MODES.Standard.includes(String(mode)))
    throw refusal({
      what: `the annotation \`${MODE}\` of ${own} is ${mode === undefined ? 'not there' : `\`${String(mode)}\``}: routes can lead to two InferenceServices in Standard mode alone`,
      where: lineIn(manifest, document, ['metadata', 'annotations', MODE]),
      fix: `write \`${MODE}: Standard\`; an InferenceService that has another mode must be created anew for it`,
    })
  const [asked = ''] = service?.split('.') ?? []
  if (service === undefined || asked === own || asked.startsWith(`${own}-`)) return
  throw refusal({
    what: `the routes lead to \`${service}\`, and the Service of the InferenceService ${own} is \`${own}-predictor\``,
    where: lineIn(manifest, document, ['metadata', 'name']),
    fix: 'correct the Service of this arm, or `name` in its `options`',
  })
}
