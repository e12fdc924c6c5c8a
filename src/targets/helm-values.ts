import * as z from 'zod'
import { manifestPath } from './parts/manifest.ts'
import { Values, valueEdits } from './parts/values.ts'
import { target } from './target.ts'

const Options = z.strictObject({ file: manifestPath('values.yaml'), set: Values })

/** Values of a Helm chart: any keys of a values file. */
export const helmValues = target('helm-values', Options, (manifest, release, { set }) =>
  valueEdits(manifest, release, set),
)
