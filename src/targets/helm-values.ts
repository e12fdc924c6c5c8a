import * as z from 'zod'
import { Registries } from './parts/image.ts'
import { manifestPath } from './parts/manifest-path.ts'
import { checkValues, Values, valueEdits } from './parts/values.ts'
import { target } from './target.ts'

const Options = z.strictObject({ file: manifestPath('values.yaml'), set: Values, registries: Registries })

/** Values of a Helm chart: any keys of a values file. */
export const helmValues = target(
  'helm-values',
  Options,
  (manifest, release, options) => valueEdits(manifest, release, options),
  { check: checkValues },
)
