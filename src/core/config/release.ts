import * as z from 'zod'
import { isRefName } from '../git/names.ts'

/** Releases in `assay.yml`: where they go, and where their rows are kept. */

/** `owner/name` on the forge of the run, or the address of any git repository. */
export const RepositoryAddress = z
  .string()
  .max(300)
  .regex(
    /^(?:[\w.-]+(?:\/[\w.-]+)+|(?:https?|ssh|file):\/\/[^\s\p{Cc}]+|[\w.-]+@[\w.-]+:[\w./~-]+|\/[^\s\p{Cc}]+)$/u,
    'a repository such as `acme/deploy`, or an address such as `https://git.example.com/acme/deploy.git`',
  )
  .refine(address => !/^\w+:\/\/[^/@]*:[^/@]*@/.test(address), 'an address without a password')

export const Deploy = z.union([
  RepositoryAddress.transform(repository => ({ repository, branch: 'main' })),
  z.strictObject({
    repository: RepositoryAddress,
    branch: z
      .string()
      .refine(isRefName, 'the name of a branch')
      .default('main')
      .describe('The branch that Argo CD follows.'),
  }),
])

// --- where the rows of releases are kept ---

/** A row for each kind of place: how it is written, and what of it is kept. */
const PLACES: { form: RegExp; place: (named: string) => KeptAt }[] = [
  {
    form: /^oci:\/\/([a-z0-9]+(?:[.-][a-z0-9]+)*(?::\d{1,5})?(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)+)$/,
    place: repository => ({ kind: 'registry', repository }),
  },
  // Nothing in it means anything to a shell.
  { form: /^dvc:\/\/(\w[\w.-]{0,99})$/, place: remote => ({ kind: 'dvc', remote }) },
  { form: /^mlflow:\/\/([\w./@-]{1,200})$/, place: experiment => ({ kind: 'mlflow', experiment }) },
  { form: /^((?!\w+:)[^\p{Cc}\\]+)$/u, place: path => ({ kind: 'folder', path }) },
]

export const BaselinesPlace = z
  .string()
  .min(1)
  .max(400)
  .transform((text, context): KeptAt => {
    for (const { form, place } of PLACES) {
      const named = form.exec(text)?.[1]
      if (named !== undefined) return place(named)
    }
    context.addIssue({
      code: 'custom',
      message:
        'a repository of a registry such as `oci://ghcr.io/acme/churn-rows`, a remote of DVC such as `dvc://storage`, an experiment of MLflow such as `mlflow://churn-rows`, or a folder such as `/mnt/baselines`',
    })
    return z.NEVER
  })

export type KeptAt =
  | { kind: 'registry'; repository: string }
  /** By its name in `.dvc/config`. */
  | { kind: 'dvc'; remote: string }
  | { kind: 'mlflow'; experiment: string }
  | { kind: 'folder'; path: string }
