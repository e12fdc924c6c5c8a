import * as z from 'zod'
import { spelledHost } from '../../secrets/web-address.ts'
import { ENVIRONMENT_NAME } from '../../text/names.ts'
import { textOfForm } from '../../text/text-of-form.ts'
import { parseJsonPath } from './json-path.ts'

/** `policy.answers`: what web services must answer of a release before it enters. */

/** What an address says of the release, each as data: whatever stands in it, it is one part of a path or one value. */
export const PLACEHOLDERS = ['model', 'environment', 'version', 'commit', 'digest'] as const
export type Placeholder = (typeof PLACEHOLDERS)[number]

const Address = z
  .string()
  .max(1000)
  .superRefine((address, context) => {
    const message = addressProblem(address)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })

const Scalar = z.union([z.boolean(), z.number(), z.string().max(200)])
export type Scalar = z.infer<typeof Scalar>

const Answer = z.strictObject({
  url: Address.describe(
    'What is asked, by GET: `https://changes.example.com/api/{model}?environment={environment}&digest={digest}`, also with `{version}` and `{commit}`.',
  ),
  at: z
    .string()
    .refine(
      path => parseJsonPath(path) !== undefined,
      'a path to one value, such as `$.approved` or `$.changes[0].state`: no wildcards, filters or `..`',
    )
    .describe('Where in its JSON the answer stands: `$.approved`, `$.changes[0].state`.'),
  is: z
    .union([Scalar, z.array(Scalar).min(1).max(20)])
    .describe('What must stand there, or a list of what may: `true`, `approved`, `[approved, scheduled]`.'),
  timeout: textOfForm(/^(?:[1-9]|[12]\d|30)s$/, 'from `1s` to `30s`')
    .default('10s')
    .describe('How long it may take.'),
  token: z
    .string()
    .regex(/^ASSAY_ANSWER_TOKEN_[A-Z0-9_]{1,60}$/, 'the name of a variable: `ASSAY_ANSWER_TOKEN_…`')
    .optional()
    .describe(
      'Name of the variable with its token, such as `ASSAY_ANSWER_TOKEN_CHANGES`, which goes there only where `ASSAY_ANSWER_HOST_CHANGES` names the host. Default: none.',
    ),
})
export type Answer = z.infer<typeof Answer>

export const Answers = z
  .record(z.string().regex(ENVIRONMENT_NAME, 'a name is lower-case letters, digits and `-`'), Answer)
  .refine(answers => Object.keys(answers).length <= MOST, 'at most 10 of them')
export type Answers = z.infer<typeof Answers>

/** The address with what it says of a release, or the first placeholder that this release has nothing for. */
export function filledAddress(
  { url }: Pick<Answer, 'url'>,
  values: Readonly<Record<Placeholder, string | undefined>>,
): { url: string } | { missing: Placeholder } {
  const missing = PLACEHOLDERS.find(name => url.includes(`{${name}}`) && !values[name])
  if (missing !== undefined) return { missing }
  return {
    url: url.replace(PLACEHOLDER, (_, name: Placeholder) => encodeURIComponent(values[name]!)),
  }
}

/** What may stand there, as it is shown: `true`, `approved or scheduled`. */
export function neededWords({ is }: Pick<Answer, 'is'>): string {
  return [is].flat().map(String).join(' or ')
}

// --- internal ---

const MOST = 10
const PLACEHOLDER = /\{(model|environment|version|commit|digest)\}/g

function addressProblem(address: string): string | undefined {
  const [, origin, rest = ''] = /^(https?:\/\/[^/?#]+)(.*)$/s.exec(address) ?? []
  if (origin === undefined || spelledHost(origin) === undefined)
    return 'an http(s) address written the one usual way: lower case, no user, no usual port, no placeholder in its host'
  const strange = rest.replace(PLACEHOLDER, '').match(/\{[^{}]*\}?/)?.[0]
  if (strange !== undefined)
    return `\`${strange}\` is no placeholder: there are ${PLACEHOLDERS.map(name => `\`{${name}}\``).join(', ')}`
  if (!/^(?:[/?][\w.~%!$&'()*+,;=:@/?-]*)?$/.test(rest.replace(PLACEHOLDER, '')))
    return 'after the host only letters, digits and signs of an address, without `#`; anything else is written `%20`'
  return undefined
}
