import * as z from 'zod'

/** `argocd`: where to ask whether a release is live. */
export const ArgoCd = z.strictObject({
  server: z
    .string()
    .max(300)
    .regex(/^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[\w.~/-]*)?$/, 'an http(s) address')
    .describe('Address of the Argo CD server. The token goes there only where `ARGOCD_SERVER` names it too.'),
  application: z
    .string()
    .max(253)
    .regex(
      /^(?:(?:[a-z0-9.-]|\{model\}|\{environment\})+\/)?(?:[a-z0-9.-]|\{model\}|\{environment\})+$/,
      'a name made of lower-case letters, digits, `.`, `-`, `{model}` and `{environment}`, with at most one `/`: `namespace/name`',
    )
    .default('{model}-{environment}')
    .describe(
      'Name of the Application, with `{model}` and `{environment}`; `namespace/name` where it is in another namespace than Argo CD.',
    ),
  project: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/)
    .default('default'),
})
