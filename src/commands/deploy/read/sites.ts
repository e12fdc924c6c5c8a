import type { DeployConfig, DeployEnvironment } from '../../../core/deploy-config/deploy-config.ts'
import { filled } from '../../../core/deploy-config/places/paths.ts'
import { siteWhere } from '../../../core/deploy-config/places/site-where.ts'
import { type Site, siteKey } from '../../../core/deploy-config/places/sites.ts'
import { upTo, withinRepository } from '../../../core/deploy-config/within.ts'
import { AssayError, isAssayError } from '../../../core/errors/errors.ts'
import type { BranchHead } from '../../../core/git/commit-seal.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { DEPLOY_FILE, type DeploySite } from './deploy-branch.ts'
import { type DeployHead, type Lacking, readDeploy } from './state.ts'

/** A branch of a repository, as it was seen. */
export interface SiteHead extends DeploySite {
  /** Which environments stand there: those with the same key by `keyAt`. */
  key: string
  head: BranchHead
}

/** That of the configuration. */
export interface HomeSite extends SiteHead, DeployHead {
  lacking: readonly Lacking[]
}

/** All branches on which environments stand; that of the configuration first. */
export type SeenSites = readonly [HomeSite, ...SiteHead[]]

export interface SitesAsked {
  /** Environments in other repositories are left out: what stands there is not for everybody who may see this one. */
  isWithin?: boolean
  /**
   * What is left out, with all that comes after its environments, where it is not reached. `token`: repositories whose token this run
   * does not have, since whoever releases a model needs none for production; `any`: branches and repositories for whatever reason.
   */
  mayLack?: 'token' | 'any'
  /** What an earlier look did not reach is left out as it was then, and not tried once more. */
  leaves?: readonly Lacking[]
}

/**
 * The configuration, and all branches and repositories that it names for environments.
 *
 * @throws AssayError `DEPLOY_BRANCH_MISSING`, `ENVIRONMENT_BRANCH_MISSING`, `DEPLOY_CONFIG_MISSING`, `CONFIG_INVALID`; where there is no way to one of them
 */
export async function openSites(
  home: DeploySite,
  { isWithin = false, mayLack, leaves = [] }: SitesAsked = {},
): Promise<SeenSites> {
  const read = await readDeploy(home.access.repository, home.deploy.branch)
  const deploy = isWithin ? within(read) : { ...read, lacking: [] }
  const own: HomeSite = { ...home, ...deploy, key: '' }
  const left = new Set(leaves.map(one => one.environment))
  const closed = [...leaves]
  const problems: AssayError[] = []
  const others: SiteHead[] = []
  for (const { site, key, environment } of sitesIn(own)) {
    if (left.has(environment)) continue
    try {
      others.push(await openSite(own, site, key, environment))
    } catch (error) {
      if (!isAssayError(error)) throw error
      const told = atSite(own, environment, error)
      if (isLeft(error, site, mayLack)) closed.push(...closedBy(own, key, told))
      else problems.push(told)
    }
  }
  const [first] = problems
  if (first) throw first.with({ problems: problems.flatMap(one => one.problems) })
  const sites: SeenSites = [closed.length === 0 ? own : withoutClosed(own, closed), ...others]
  ensureOwnRecords(sites)
  return sites
}

/** Why environments were left out, each reason once, with all that wait because of it. */
export function unreached({ lacking, config }: Pick<HomeSite, 'lacking' | 'config'>): AssayError[] {
  const names = lacking.map(({ environment }) => environment).join(', ')
  const seen = config.environments.map(({ name }) => name).join(', ')
  const errors = new Set(lacking.flatMap(one => one.error ?? []))
  const what = `nothing is done for ${names} before this is right`
  return [...errors].map(error =>
    error.with({
      problems: [...error.problems, { what }],
      ...(seen !== '' && { worked: `${seen}: looked at all the same` }),
    }),
  )
}

/** That what is asked about is seen from here. @throws AssayError why it is not */
export function checkReached(
  home: Pick<HomeSite, 'lacking' | 'config'>,
  environment: string | undefined,
): void {
  const found = home.lacking.find(one => one.environment === environment)
  const [first, ...others] = found ? unreached(home) : []
  if (first) throw first.with({ problems: [first, ...others].flatMap(({ problems }) => problems) })
}

/** What tells sites apart, seen from where the configuration stands: `''` is there, however it is written. */
export function keyAt(
  { deploy }: Pick<DeploySite, 'deploy'>,
  { site }: Pick<DeployEnvironment, 'site'>,
): string {
  return !site || (site.repository === undefined && site.branch === deploy.branch) ? '' : siteKey(site)
}

/** The environments that stand on a branch. */
export function environmentsAt(sites: SeenSites, { key }: SiteHead): DeployConfig {
  const [home] = sites
  const { config } = home
  return { ...config, environments: config.environments.filter(one => keyAt(home, one) === key) }
}

// --- internal ---

function within(read: DeployHead): DeployHead & Pick<HomeSite, 'lacking'> {
  const config = withinRepository(read.config)
  const shown = new Set(config.environments.map(({ name }) => name))
  const lacking = read.config.environments
    .filter(({ name }) => !shown.has(name))
    .map(({ name }) => ({ environment: name, why: 'it stands in another repository' }))
  return { ...read, config, lacking }
}

/** The error with the environment, and the line that says where it stands. */
function atSite({ text }: HomeSite, environment: string, error: AssayError): AssayError {
  const line = siteWhere(text, DEPLOY_FILE, environment)
  const problems = error.problems.map(({ what, where = line, ...one }, at) => {
    const named = what.includes(`\`${environment}\``) ? what : `\`${environment}\`: ${what}`
    return { ...one, what: at === 0 ? named : what, ...(where && { where }) }
  })
  return error.with({ problems })
}

/** What the file alone does not show: whether a branch is the one that it is on, and whether two addresses are one. */
function ensureOwnRecords(sites: SeenSites): void {
  const places = sites.flatMap(site =>
    environmentsAt(sites, site).environments.map(({ name, records }) => ({
      name,
      folder: filled(records, '{model}', name),
      place: placeOf(site),
    })),
  )
  const shared = [...Map.groupBy(places, ({ folder, place }) => `${place} ${folder}`).values()].filter(
    ({ length }) => length > 1,
  )
  if (shared.length === 0) return
  const problems = shared.map(all => ({
    what: `${all.map(({ name }) => `\`${name}\``).join(' and ')} stand in one place, the folder ${all[0]!.folder} on the same branch: a release that enters one of them is in the other at once`,
    where: { file: DEPLOY_FILE },
    fix: 'give each a branch of its own, or put `{environment}` into `path` or `records`',
  }))
  throw new AssayError({ code: 'CONFIG_INVALID', title: `${DEPLOY_FILE} cannot be followed`, problems })
}

/** The branch, however its repository is written. */
function placeOf({ deploy: { address, branch } }: DeploySite): string {
  const repository = address.kind === 'forge' ? address.repository : address.url
  return `${repository.toLowerCase().replace(/(?:\.git)?\/*$/, '')} ${branch}`
}

/** What the home repository itself refuses is no matter of one branch in it. */
function isLeft({ code }: AssayError, { repository }: Site, mayLack: SitesAsked['mayLack']): boolean {
  if (mayLack === undefined) return false
  if (code === 'DEPLOY_NO_TOKEN') return true
  return mayLack === 'any' && (repository !== undefined || code === 'ENVIRONMENT_BRANCH_MISSING')
}

function closedBy(home: HomeSite, key: string, error: AssayError): Lacking[] {
  const why = error.problems[0]?.what.replace(/^`[^`]+`: /, '') ?? error.message
  const there = home.config.environments.filter(one => keyAt(home, one) === key)
  return there.map(({ name }) => ({ environment: name, why, error }))
}

function withoutClosed(home: HomeSite, closed: readonly Lacking[]): HomeSite {
  const names = closed.map(({ environment }) => environment)
  const config = upTo(home.config, names)
  const left = new Set(config.environments.map(({ name }) => name))
  const behind = `it comes after ${names.join(', ')}`
  const lacking = home.config.environments
    .filter(({ name }) => !left.has(name))
    .map(({ name }) => closed.find(one => one.environment === name) ?? { environment: name, why: behind })
  return { ...home, config, lacking: [...home.lacking, ...lacking] }
}

/** Each once, with the first of the environments that stand there. */
function sitesIn(home: HomeSite): { site: Site; key: string; environment: string }[] {
  const found = new Map<string, { site: Site; key: string; environment: string }>()
  for (const { site, name } of home.config.environments) {
    const key = keyAt(home, { site })
    if (site && key !== '' && !found.has(key)) found.set(key, { site, key, environment: name })
  }
  return [...found.values()]
}

async function openSite(home: HomeSite, site: Site, key: string, environment: string): Promise<SiteHead> {
  const { access, deploy } = await waysTo(home, site, environment)
  const { branch } = deploy
  const head = (await access.repository.readBranches([branch])).get(branch)
  if (!head) throw noBranch(access.repository.name, branch, environment)
  return { access: { ...access, repository: withConfigOf(home, access.repository) }, deploy, key, head }
}

async function waysTo(home: HomeSite, site: Site, environment: string): Promise<DeploySite> {
  const { access, deploy } = home
  const { repository, token, branch = 'main' } = site
  if (repository === undefined) return { access, deploy: { ...deploy, branch } }
  if (access.another) {
    const { access: there, address } = await access.another(repository, token)
    return { access: there, deploy: { address, name: repository, branch, configuredIn: deploy.name } }
  }
  throw new AssayError({
    code: 'DEPLOY_NO_TOKEN',
    title: 'The deploy repository cannot be reached',
    problems: [{ what: `\`${environment}\` stands in ${repository}, which is not opened from here` }],
  })
}

/** Elsewhere nothing says what the configuration was: its history is that of where it stands. */
function withConfigOf(home: HomeSite, repository: DeployRepository): DeployRepository {
  return {
    ...repository,
    async fileHistory(commit, paths, most) {
      const own = paths.filter(path => path !== DEPLOY_FILE)
      const histories = own.length === 0 ? new Map() : await repository.fileHistory(commit, own, most)
      if (own.length === paths.length) return histories
      const configs = await home.access.repository.fileHistory(home.head.commit, [DEPLOY_FILE], most)
      return new Map([...histories, ...configs])
    },
  }
}

function noBranch(repository: string, branch: string, environment: string): AssayError {
  return new AssayError({
    code: 'ENVIRONMENT_BRANCH_MISSING',
    title: 'The deploy repository is not ready for promotions',
    problems: [
      {
        what: `${repository} has no branch \`${branch}\`, on which \`${environment}\` stands`,
        fix: `make it, with the manifests of \`${environment}\` on it, or correct \`branch\``,
      },
    ],
  })
}
