import * as z from 'zod'
import { ENVIRONMENT_NAME, MODEL_NAME } from '../text/names.ts'
import { textOfForm } from '../text/text-of-form.ts'
import { Also } from './also.ts'
import { SEEN_BY } from './argocd.ts'
import { type Canary, spanSeconds } from './canary.ts'
import { TRIED_BY, triedBy } from './experiment.ts'
import { From } from './from.ts'
import { MlflowAliases } from './mlflow.ts'
import { PathTemplate, RecordsTemplate } from './places/paths.ts'
import { SITE, type Site, SiteBranch } from './places/sites.ts'
import { Policy } from './policy.ts'
import { LiveDrift, Watch } from './watch.ts'

/**
 * `assay-deploy.yml` in the deploy repository: the environments, their order and what a release needs to enter them. The
 * platform team's file; a new model needs no line in it. Parsing lives in `read-deploy-config.ts`.
 */

/** `fri 16:00`, `18:00`, `2026-12-20`, `2026-12-20T18:00`. */
const FreezeEdge = z
  .string()
  .regex(
    /^(?:(?:mon|tue|wed|thu|fri|sat|sun) (?:[01]\d|2[0-3]):[0-5]\d|(?:[01]\d|2[0-3]):[0-5]\d|\d{4}-\d{2}-\d{2}(?:T(?:[01]\d|2[0-3]):[0-5]\d)?)$/,
    'a time such as `18:00`, `fri 16:00`, `2026-12-20` or `2026-12-20T18:00`',
  )

const Freeze = z.strictObject({
  from: FreezeEdge.describe(
    'Every day from `18:00`, every week from `fri 16:00`, or once from `2026-12-20` or `2026-12-20T18:00`.',
  ),
  to: FreezeEdge.describe('Until when, in the same form. A date is frozen to its end.'),
  time_zone: z
    .string()
    .max(64)
    .refine(isTimeZone, 'a time zone such as `Europe/Berlin`')
    .default('UTC')
    .describe('Where the clock hangs that `from` and `to` are read from.'),
  reason: z.string().min(1).max(200).optional().describe('Shown where promotions wait for it.'),
})
export type Freeze = z.infer<typeof Freeze>

const Soak = textOfForm(/^\d+(\.\d+)?(s|m|h|d)$/, 'a duration such as `30m`, `24h` or `3d`')
  .transform(spanSeconds)
  .refine(seconds => seconds <= 400 * 86_400, 'a duration of at most `400d`')

const Names = z.array(z.string().min(1).max(100)).max(20)

const SETTINGS = {
  path: PathTemplate.optional().describe(
    'Folder of the manifests: `apps/{model}/overlays/{environment}`, `envs/{environment}`, `charts/serving` or `.`.',
  ),
  records: RecordsTemplate.optional().describe(
    'Folder of the release record, one for each model and environment. Default: `path` where it names both, else `releases/{environment}/{model}` in it.',
  ),
  branch: SiteBranch.optional().describe(
    'Branch on which an environment stands: `env/{environment}`. Default: that of this file; in another `repository` `main`.',
  ),
  target: z.string().max(40).optional().describe('How a release is written into the manifests.'),
  options: z.record(z.string(), z.unknown()).optional().describe("The target's own keys."),
  also: Also.optional().describe(
    'What else the same promotion writes, in this order, each by a target of its own.',
  ),
  merge: z
    .enum(['auto', 'approval'])
    .optional()
    .describe(
      '`auto`: merged as soon as the forge allows it: make the checks that must pass required. `approval`, the default: somebody merges it.',
    ),
  soak: Soak.optional().describe(
    'How long a release must have been healthy in each environment before this one. Default: not at all.',
  ),
  verdicts: z
    .array(z.enum(['pass', 'inconclusive', 'not_comparable', 'fail']))
    .min(1)
    .optional()
    .describe('Verdicts that may enter. Default: `[pass]`.'),
  freeze: z.array(Freeze).max(50).optional().describe('When nothing enters.'),
  reviewers: Names.optional().describe('Who is asked to review: people, or `organisation/team`.'),
  labels: Names.optional().describe('Labels of the pull request.'),
  registries: Names.optional().describe(
    'Where images may come from: `ghcr.io/acme`. Default: from anywhere.',
  ),
  policy: Policy.optional().describe('What a release must have, beside its verdict, to enter.'),
  ...SEEN_BY,
  watch: Watch.optional().describe('What a promotion writes so that the traffic of the release is watched.'),
  drift: LiveDrift.optional().describe(
    'Where live traffic is counted, and how `assay drift` and `assay watch` judge it here.',
  ),
  ...TRIED_BY,
}

const Environment = z.strictObject({
  after: z
    .union([z.string().transform(name => [name]), z.array(z.string()).max(50)])
    .default([])
    .describe('The environments in which a release must be live and healthy before it enters this one.'),
  ...SITE,
  ...SETTINGS,
})

const ModelOverride = z.strictObject({
  from: From.optional().describe(
    'The repositories that may release it, instead of those at the top. Its first release needs no other leave.',
  ),
  path: SETTINGS.path.describe('Folder of its manifests. Its records stay where they are.'),
  target: SETTINGS.target,
  options: SETTINGS.options,
  also: SETTINGS.also,
  reviewers: SETTINGS.reviewers,
  labels: SETTINGS.labels,
  watch: SETTINGS.watch,
  ...TRIED_BY,
  environments: z
    .record(
      z.string(),
      z.strictObject({
        path: SETTINGS.path,
        target: SETTINGS.target,
        options: SETTINGS.options,
        also: SETTINGS.also,
        ...TRIED_BY,
      }),
    )
    .optional()
    .describe('What differs in one environment only.'),
  skip: z
    .array(z.string())
    .max(50)
    .optional()
    .describe('Environments that it does not enter; those after them come after what is before them.'),
})

/** The whole file as it is written: keys at the top hold for every environment that does not have its own. */
export const DeployFile = z.strictObject({
  ...SETTINGS,
  from: From.optional().describe(
    'The repositories that may release a model: `acme/{model}`, or a web address. Default: the one that has released what serves there.',
  ),
  mlflow: MlflowAliases.optional().describe(
    'Whether the aliases of registered models in MLflow follow what serves: `true`, or which environment has which.',
  ),
  environments: z
    .record(
      z.string().regex(ENVIRONMENT_NAME, 'an environment name is lower-case letters, digits and `-`'),
      Environment,
    )
    .refine(environments => Object.keys(environments).length > 0, 'at least one environment')
    .describe('The environments, by name.'),
  models: z
    .record(z.string().regex(MODEL_NAME, 'a model name is letters, digits, `.`, `_` and `-`'), ModelOverride)
    .optional()
    .describe('Only for models that differ from the rest; most need no line here.'),
})
export type DeployFile = z.infer<typeof DeployFile>

/** One environment with everything that holds for it. */
export interface DeployEnvironment {
  name: string
  after: string[]
  /** Absent: it stands beside the file. */
  site?: Site
  /** `{model}` and `{environment}` still in it: see `folderOf`. */
  path: string
  /** The same of the folder of its records, by which models and environments are told apart. */
  records: string
  target: string
  /** As written; the target's schema took them. */
  options: Record<string, unknown>
  /** What else is written, after it. */
  also: Also
  merge: 'auto' | 'approval'
  /** Seconds. */
  soak: number
  verdicts: ('pass' | 'inconclusive' | 'not_comparable' | 'fail')[]
  freeze: Freeze[]
  reviewers: string[]
  labels: string[]
  registries?: string[]
  policy?: Policy
  argocd?: DeployFile['argocd']
  clusters?: DeployFile['clusters']
  watch?: Watch
  drift?: LiveDrift
  /** Absent: a release gets all of the traffic at once. An experiment is a canary that decides. */
  canary?: Canary
}

/** Environments in the order of promotion: each after all it depends on. */
export interface DeployConfig {
  environments: DeployEnvironment[]
  models: NonNullable<DeployFile['models']>
  /** Repositories that may release a model, `{model}` still in them. Absent: as what serves tells. */
  from?: readonly string[]
  mlflow?: MlflowAliases
  /** Targets whose controller takes the steps of a canary. */
  controllers?: readonly string[]
  /** Of the configuration of one model: a line of its own says where it is released from. */
  isNamed?: boolean
}

/** The environments as they are for one model. */
export function configFor(config: DeployConfig, model: string): DeployConfig {
  const { environments, models, ...shared } = config
  const own = Object.hasOwn(models, model) ? models[model] : undefined
  if (!own) return { ...shared, environments, models: {} }
  const skipped = new Map(
    environments.filter(({ name }) => own.skip?.includes(name)).map(({ name, after }) => [name, after]),
  )
  const before = (name: string): string[] => skipped.get(name)?.flatMap(before) ?? [name]
  return {
    ...shared,
    ...(own.from && { from: own.from, isNamed: true }),
    models: {},
    environments: environments
      .filter(({ name }) => !skipped.has(name))
      .map(environment => {
        const here = own.environments?.[environment.name]
        const target = here?.target ?? own.target ?? environment.target
        const inherited = target === environment.target ? environment.options : {}
        const shared = target === (own.target ?? environment.target) ? (own.options ?? inherited) : inherited
        return {
          ...environment,
          path: here?.path ?? own.path ?? environment.path,
          target,
          options: here?.options ?? shared,
          also: here?.also ?? own.also ?? (target === environment.target ? environment.also : []),
          after: [...new Set(environment.after.flatMap(before))],
          reviewers: own.reviewers ?? environment.reviewers,
          labels: own.labels ?? environment.labels,
          watch: own.watch ?? environment.watch,
          canary: triedBy([here, own], environment.canary),
        }
      }),
  }
}

// --- internal ---

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name })
    return /^[A-Za-z]/.test(name)
  } catch {
    return false
  }
}
