import * as z from 'zod'
import type { Problem } from '../errors/errors.ts'
import { ENVIRONMENT_NAME } from '../text/names.ts'
import type { WhereOf } from '../yaml/config.ts'
import { filled } from './places/paths.ts'

/** `argocd` and `clusters`: where to ask whether a release is live, in one cluster or in each of several. */

const Server = z
  .string()
  .max(300)
  .regex(/^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[\w.~/-]*)?$/, 'an http(s) address')

const Application = z
  .string()
  .max(253)
  .regex(
    /^(?:(?:[a-z0-9.-]|\{model\}|\{environment\}|\{cluster\})+\/)?(?:[a-z0-9.-]|\{model\}|\{environment\}|\{cluster\})+$/,
    'a name made of lower-case letters, digits, `.`, `-`, `{model}`, `{environment}` and `{cluster}`, with at most one `/`: `namespace/name`',
  )

const Project = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/)

const ArgoCd = z.strictObject({
  server: Server.describe(
    'Address of the Argo CD server. The token goes there only where `ARGOCD_SERVER` names it too.',
  ),
  application: Application.optional().describe(
    'Name of the Application, with `{model}`, `{environment}` and `{cluster}`; `namespace/name` where it is in another namespace than Argo CD. Default: `{model}-{environment}`, with `clusters` `{model}-{environment}-{cluster}`.',
  ),
  project: Project.default('default'),
})

const Cluster = z.strictObject({
  server: Server.optional().describe('Its own Argo CD. Default: that of `argocd`.'),
  application: Application.optional().describe('Name of its Application. Default: as `argocd` says.'),
  project: Project.optional().describe('Default: that of `argocd`.'),
})

const ClusterName = z
  .string()
  .regex(ENVIRONMENT_NAME, 'the name of a cluster is lower-case letters, digits and `-`')

const Clusters = z
  .union([
    z
      .array(ClusterName)
      .min(1)
      .transform(names => Object.fromEntries(names.map(name => [name, Cluster.parse({})]))),
    z.record(ClusterName, Cluster),
  ])
  .refine(clusters => Object.keys(clusters).length > 0, 'at least one cluster')
  .refine(clusters => Object.keys(clusters).length <= 50, 'at most 50 clusters')

/** The keys of an environment that say where it can be seen. */
export const SEEN_BY = {
  argocd: ArgoCd.optional().describe(
    'Where to ask whether a release is live. Default: it counts as live once merged.',
  ),
  clusters: Clusters.optional().describe(
    'The clusters that one promotion brings a release into: `[eu, us]`, or by name what differs of each. It is live once it is in all of them.',
  ),
}

interface SeenBy {
  argocd?: z.infer<typeof ArgoCd> | undefined
  clusters?: z.infer<typeof Clusters> | undefined
}

/** An Application that shows a release, and where it is asked for. */
export interface Application {
  /** Absent: the environment has one cluster, without a name. */
  cluster?: string
  server: string
  /** Filled in. */
  name: string
  project: string
}

/** Those of a model in an environment, one a cluster; none where nobody can be asked. */
export function applicationsOf(
  { name: environment, argocd, clusters }: SeenBy & { name: string },
  model: string,
): Application[] {
  if (!argocd) return []
  const { server, project, application = '{model}-{environment}' } = argocd
  if (!clusters) return [{ server, project, name: filled(application, model, environment) }]
  const template = argocd.application ?? '{model}-{environment}-{cluster}'
  return Object.entries(clusters).map(([cluster, own]) => ({
    cluster,
    server: own.server ?? server,
    project: own.project ?? project,
    name: filled(inCluster(own.application ?? template, cluster), model, environment),
  }))
}

/** The servers that are asked about an environment, as one name for all of them; `''`: nobody is. */
export function serversOf(environment: SeenBy & { name: string }): string {
  return [...new Set(applicationsOf(environment, '').map(({ server }) => server))].join(' ')
}

/** A text with the name of a cluster in it. */
export function inCluster(template: string, cluster: string): string {
  return template.replaceAll('{cluster}', () => cluster)
}

interface Settings extends SeenBy {
  target?: string | undefined
  options?: unknown
  also?: unknown
  canary?: unknown
}

/** Clusters of which nobody could say anything, or that are the same; and `{cluster}` where there are none. */
export function clusterProblems(
  deploy: Settings & { environments: Record<string, Settings> },
  controllers: readonly string[],
  whereOf: WhereOf,
): Problem[] {
  return Object.entries(deploy.environments).flatMap(([name, own]) => {
    const at = (key: keyof Settings) => whereOf(own[key] === undefined ? [key] : ['environments', name, key])
    const given = { ...deploy, ...own }
    const isWritten = JSON.stringify([given.options, given.also]).includes('{cluster}')
    if (!given.clusters) return isWritten || namesCluster(given) ? [unclustered(name, at)] : []
    const problems: Problem[] = []
    const where = at('clusters')
    if (!given.argocd && !isWritten)
      problems.push({
        what: `nothing is different between the clusters of \`${name}\`, and nobody is asked about any`,
        where,
        fix: 'say where Argo CD is, `argocd: { server: … }`, put `{cluster}` into a file of `options`, or take `clusters` away',
      })
    const seen = new Map<string, string>()
    for (const { cluster, server, name: application } of applicationsOf({ name, ...given }, '{model}')) {
      const other = seen.get(`${server} ${application}`)
      seen.set(`${server} ${application}`, cluster!)
      if (other !== undefined)
        problems.push({
          what: `the clusters \`${other}\` and \`${cluster}\` of \`${name}\` have the same Application, ${application}`,
          where,
          fix: 'put `{cluster}` into `argocd.application`, or give each its own `application` or `server`',
        })
    }
    if (given.canary && given.target !== undefined && controllers.includes(given.target))
      problems.push({
        what: `the target \`${given.target}\` leaves the steps of a canary to a controller, and \`${name}\` has one in each of its clusters: nobody could tell which share there is`,
        where,
        fix: 'give each cluster an environment of its own, one after the other, or take `canary` away',
      })
    return problems
  })
}

// --- internal ---

function namesCluster({ argocd }: SeenBy): boolean {
  return argocd?.application?.includes('{cluster}') ?? false
}

function unclustered(name: string, at: (key: 'argocd' | 'options') => Problem['where']): Problem {
  return {
    what: `\`{cluster}\` stands in what \`${name}\` is written by or asked for, and it has no \`clusters\``,
    where: at('options') ?? at('argocd'),
    fix: `name them: \`clusters: [eu, us]\``,
  }
}
