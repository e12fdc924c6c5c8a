import * as z from 'zod'
import { isRefName } from '../git/names.ts'
import { Seconds } from './commands.ts'

/** Releases in `assay.yml`: where they go and what is deployed. */

/** `owner/name` on the forge of the run, or the address of any git repository. */
const Address = z
  .string()
  .max(300)
  .regex(
    /^(?:[\w.-]+(?:\/[\w.-]+)+|(?:https?|ssh|file):\/\/[^\s\p{Cc}]+|[\w.-]+@[\w.-]+:[\w./~-]+|\/[^\s\p{Cc}]+)$/u,
    'a repository such as `acme/deploy`, or an address such as `https://git.example.com/acme/deploy.git`',
  )
  .refine(address => !/^\w+:\/\/[^/@]*:[^/@]*@/.test(address), 'an address without a password')

export const Deploy = z.union([
  Address.transform(repository => ({ repository, branch: 'main' })),
  z.strictObject({
    repository: Address,
    branch: z
      .string()
      .refine(isRefName, 'the name of a branch')
      .default('main')
      .describe('The branch that Argo CD follows.'),
  }),
])

export const Package = z.union([
  z
    .string()
    .min(1)
    .transform(run => ({ run, timeout: '1h', image: undefined, uri: undefined })),
  z
    .strictObject({
      run: z
        .string()
        .min(1)
        .optional()
        .describe(
          'Command that packages and pushes. It writes `image=name@sha256:…` or `uri=…` as a line into the file that `ASSAY_PACKAGE_FILE` names.',
        ),
      timeout: Seconds.default('1h'),
      image: z
        .string()
        .max(400)
        .optional()
        .describe(
          'Image whose digest is looked up in its registry: `ghcr.io/acme/churn:{commit}`; `{commit}`, `{short_commit}` and `{model}` are replaced.',
        ),
      uri: z
        .string()
        .max(1024)
        .optional()
        .describe('Where a model server loads the model from: `s3://models/{model}/{commit}`.'),
    })
    .refine(
      entry => entry.run !== undefined || entry.image !== undefined || entry.uri !== undefined,
      'needs `run`, `image` or `uri`',
    ),
])
