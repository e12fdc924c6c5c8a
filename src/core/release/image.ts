import * as z from 'zod'
import { ARTIFACT_KINDS } from './artifact-kind.ts'

/** What a release deploys: an image by its digest, or a model at an address. */

/** Registry, repository; no tag, no digest. */
export const ImageName = z
  .string()
  .max(255)
  .regex(
    /^(?:[a-z0-9]+(?:[.-][a-z0-9]+)*(?::\d{1,5})?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/,
    'an image name such as `ghcr.io/acme/churn`, without tag or digest',
  )

export const Image = z.strictObject({
  name: ImageName,
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'a digest: `sha256:` and 64 hex digits')
    .describe('What is deployed: a tag can be moved, this cannot.'),
  tag: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, 'an image tag')
    .optional(),
  artifact: z
    .enum(ARTIFACT_KINDS)
    .optional()
    .describe('What it is where its registry says that it is no image that a container can be started from.'),
})
export type Image = z.infer<typeof Image>

/** Where a model server loads the model from. */
export const ModelUri = z
  .string()
  .max(1024)
  .regex(
    /^[a-z][a-z0-9+.-]{1,20}:\/\/(?![^/]*@)[A-Za-z0-9._~/@:%=+-]+$/,
    'a model URI such as `s3://models/churn/42`, without a password',
  )
