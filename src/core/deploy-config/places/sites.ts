import * as z from 'zod'
import { RepositoryAddress } from '../../config/release.ts'
import type { Problem } from '../../errors/errors.ts'
import { isRefName } from '../../git/names.ts'
import { whyNoRemote } from '../../git/remote-address.ts'
import { isOnForge } from '../../secrets/deploy-address.ts'
import type { WhereOf } from '../../yaml/config.ts'
import type { Broken } from '../../yaml/readable-part.ts'
import { filled } from './paths.ts'

/**
 * Where an environment stands that is not beside `assay-deploy.yml`: on a branch of its own, in a repository of its own. What is read of
 * it, and what is written into it, is there; the file that says all this is in one place.
 */

/** `env/{environment}`: the branch of an environment. */
export const SiteBranch = z
  .string()
  .max(200)
  .refine(
    template => isRefName(filled(template, '{model}', 'environment')) && !template.includes('{model}'),
    'the name of a branch, in which `{environment}` may stand',
  )
  .refine(template => !template.startsWith('assay/'), 'no branch below `assay/`: those are of promotions')

/** What an environment may say of where it stands, besides its branch. */
export const SITE = {
  repository: RepositoryAddress.optional().describe(
    'Another repository in which it stands: `acme/deploy-production`, or an address. Default: that of this file.',
  ),
  token: z
    .string()
    .regex(/^ASSAY_DEPLOY_TOKEN_[A-Z0-9_]{1,60}$/, 'the name of a variable: `ASSAY_DEPLOY_TOKEN_…`')
    .optional()
    .describe(
      'Name of the variable with the token for that repository alone: `ASSAY_DEPLOY_TOKEN_PRODUCTION`. Default: what opens the repository of this file.',
    ),
}

/** A repository and a branch of it, as far as they are others than those of the file. */
export interface Site {
  /** Absent: that of the file. */
  repository?: string
  /** Of the variable with its token. */
  token?: string
  /** Absent: `main` in a repository of its own, else that of the file. */
  branch?: string
}

/** What is written of where an environment stands: in it, or for all of them. */
export interface SiteKeys {
  branch?: string | undefined
  repository?: string | undefined
  token?: string | undefined
}

/** Where an environment stands; undefined: beside the file. */
export function siteOf(shared: SiteKeys, own: SiteKeys, environment: string): Site | undefined {
  const { repository, token } = own
  const template = own.branch ?? shared.branch
  const branch = template === undefined ? undefined : filled(template, '', environment)
  if (repository === undefined && branch === undefined) return undefined
  return {
    ...(repository !== undefined && { repository }),
    ...(repository !== undefined && token !== undefined && { token }),
    ...(branch !== undefined && { branch }),
  }
}

/** What tells sites apart; `''`: beside the file. */
export function siteKey(site: Site | undefined): string {
  return site ? [site.repository, site.branch, site.token].join(' ') : ''
}

/** What tells places apart, by whatever token they are opened; an address has several spellings. `''`: beside the file. */
export function placeKey(site: Site | undefined): string {
  if (!site) return ''
  const repository = site.repository?.toLowerCase().replace(/(?:\.git)?\/*$/, '')
  return [repository, site.branch ?? 'main'].join(' ')
}

/** Whether a site is of one environment alone as it is written, so that no path need name the environment. */
export function isOwnSite(shared: SiteKeys, own: SiteKeys): boolean {
  const template = own.branch ?? shared.branch
  return own.repository !== undefined || own.branch !== undefined || !!template?.includes('{environment}')
}

/** What reads one branch of one repository alone. */
const ONLY_BESIDE = ['canary', 'experiment', 'drift'] as const
type Kept = Partial<Record<(typeof ONLY_BESIDE)[number], unknown>>

interface ModelKeys extends Kept {
  environments?: Record<string, Kept> | undefined
  skip?: string[] | undefined
}

/** Of the file, as far as it says where environments stand. */
interface SitedFile extends SiteKeys, Kept {
  environments: Record<string, SiteKeys & Kept>
  models?: Record<string, ModelKeys> | undefined
}

/** What is said of environments that stand elsewhere and cannot be there. */
export function siteProblems(deploy: SitedFile, whereOf: WhereOf, broken: Broken): Problem[] {
  const names = Object.keys(deploy.environments)
  return names.flatMap(name => {
    const own = deploy.environments[name]!
    const where = whereOf(['environments', name, 'token'])
    return [
      ...(own.repository === undefined
        ? []
        : addressProblems(name, own.repository, whereOf(['environments', name, 'repository']))),
      // Of a repository that could not be read it is told why.
      ...(own.token === undefined || broken.at(['environments', name, 'repository'])
        ? []
        : tokenProblems(name, own.repository, where)),
      ...(siteOf(deploy, own, name) ? keptProblems(deploy, name, whereOf) : []),
    ]
  })
}

// --- internal ---

function addressProblems(name: string, repository: string, where: Problem['where']): Problem[] {
  const why = isOnForge(repository) ? undefined : whyNoRemote(repository)
  if (why === undefined) return []
  return [
    {
      what: `\`repository\` of \`${name}\` names none: ${why}`,
      where,
      fix: 'write it like `acme/deploy`, or like `https://git.example.com/acme/deploy.git`',
    },
  ]
}

function tokenProblems(name: string, repository: string | undefined, where: Problem['where']): Problem[] {
  if (repository === undefined)
    return [
      {
        what: `\`token\` of \`${name}\` is for the \`repository\` beside it, and there is none`,
        where,
        fix: 'name the repository, or take `token` away: what is beside this file is opened with ASSAY_DEPLOY_TOKEN',
      },
    ]
  if (!/^(?:ssh|file):|^\/|^[^/]*@/.test(repository)) return []
  return [
    {
      what: `\`token\` of \`${name}\` opens no ${repository}: git goes there with the keys of the machine`,
      where,
      fix: 'take `token` away, or write the address that begins with `https://`',
    },
  ]
}

function keptProblems(deploy: SitedFile, name: string, whereOf: WhereOf): Problem[] {
  const models = Object.entries(deploy.models ?? {}).filter(([, own]) => !own.skip?.includes(name))
  const written = (key: keyof Kept): { value: unknown; path: PropertyKey[] }[] => [
    deploy.environments[name]![key] === undefined
      ? { value: deploy[key], path: [key] }
      : { value: deploy.environments[name]![key], path: ['environments', name, key] },
    ...models.flatMap(([model, own]) => [
      { value: own[key], path: ['models', model, key] },
      { value: own.environments?.[name]?.[key], path: ['models', model, 'environments', name, key] },
    ]),
  ]
  return ONLY_BESIDE.flatMap(key =>
    written(key)
      .filter(({ value }) => value !== undefined && value !== false)
      .map(({ path }) => ({
        what: `\`${key}\` holds for \`${name}\`, which stands on another branch or in another repository`,
        where: whereOf(path),
        fix: `traffic is counted and judged by the branch of this file alone: write \`${key}\` into the environments that stand there, or let \`${name}\` stand there too`,
      })),
  )
}
