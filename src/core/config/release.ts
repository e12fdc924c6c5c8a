import * as z from 'zod'
import { isRefName } from '../git/names.ts'

/** Releases in `assay.yml`: where they go, and where their rows are kept. */

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

// --- where the rows of releases are kept ---

const REGISTRY =
  /^oci:\/\/([a-z0-9]+(?:[.-][a-z0-9]+)*(?::\d{1,5})?(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)+)$/
const FOLDER = /^(?!\w+:)[^\p{Cc}\\]+$/u

export const BaselinesPlace = z
  .string()
  .min(1)
  .max(400)
  .refine(
    text => REGISTRY.test(text) || FOLDER.test(text),
    'a repository of a registry such as `oci://ghcr.io/acme/churn-rows`, or a folder such as `/mnt/baselines`',
  )
  .transform((text): KeptAt => {
    const repository = REGISTRY.exec(text)?.[1]
    return repository === undefined ? { kind: 'folder', path: text } : { kind: 'registry', repository }
  })

export type KeptAt = { kind: 'registry'; repository: string } | { kind: 'folder'; path: string }
