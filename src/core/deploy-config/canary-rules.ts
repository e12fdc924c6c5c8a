import type { Problem } from '../errors/errors.ts'
import type { WhereOf } from '../yaml/config.ts'
import type { Broken } from '../yaml/readable-part.ts'
import type { Canary } from './canary.ts'
import type { DeployFile } from './deploy-config.ts'
import { canaryOf, type Experiment } from './experiment.ts'
import { COUNT_SOURCES, canCount } from './guardrails.ts'
import { countedIn } from './mesh.ts'
import { rulesProblems } from './rules-problems.ts'
import { lineWords, type TargetSplits, targetProblems } from './target-splits.ts'

/** A canary as it holds in one environment: of every model, or of one that says otherwise. */
interface Placed {
  name: string
  /** Absent: it is of all that say nothing else. */
  model?: string
  canary: Canary
  path: PropertyKey[]
  /** Where an experiment stands that is to be there as well. */
  beside?: PropertyKey[]
  /** Absent: what there is of it cannot be read. */
  target?: Setting<string>
  /** Whether somebody counts its traffic; also where that cannot be read. */
  isCounted: boolean
  /** Where `drift` stands that names no Prometheus to ask for the series of a mesh; `nowhere`: there is none. */
  withoutPrometheus?: PropertyKey[] | 'nowhere'
  /** Whether Argo CD can be asked about it; also where that cannot be read. */
  isSeen: boolean
  /** Where it is said that KServe's logger tells of it; absent where it does not. */
  loggerPath?: PropertyKey[]
}

/** What a key holds, and where that stands. */
interface Setting<T> {
  value: T
  path: PropertyKey[]
}

/**
 * What keeps a canary from proving anything, or from beginning at all. Each is refused and never ignored: where an environment says
 * that releases enter in steps, none must get all of the traffic at once.
 */
export function canaryProblems(
  deploy: DeployFile,
  splits: TargetSplits,
  whereOf: WhereOf,
  broken: Broken,
): Problem[] {
  const environments = Object.keys(deploy.environments)
  const models = Object.keys(deploy.models ?? {})
  return environments
    .flatMap(name => [
      ...placed(deploy, broken, name),
      ...models.flatMap(model => placed(deploy, broken, name, model)),
    ])
    .flatMap(one => [...ownProblems(one, whereOf), ...targetProblems(one, splits, whereOf)])
}

// --- internal ---

/** Of a model: where it has a canary or a target of its own. */
function placed(deploy: DeployFile, broken: Broken, name: string, model?: string): Placed[] {
  const own = model === undefined ? undefined : deploy.models![model]
  if (own?.skip?.includes(name)) return []
  const shared: Place[] = [
    { of: deploy.environments[name], path: ['environments', name] },
    { of: deploy, path: [] },
  ]
  const places: Place[] = own
    ? [
        { of: own.environments?.[name], path: ['models', model!, 'environments', name] },
        { of: own, path: ['models', model!] },
        ...shared,
      ]
    : shared
  const canary = nearest(places, 'canary', broken)
  const experiment = nearest(places, 'experiment', broken)
  const target = nearest(places, 'target', broken)
  const drift = nearest(shared, 'drift', broken)
  if (canary === 'broken' || experiment === 'broken' || target === undefined) return []
  const tried = triedIn(canary, experiment)
  if (!tried) return []
  const watch = nearest(places, 'watch', broken)
  const options = nearest(places, 'options', broken)
  const isOwn = [canary, experiment, target, options, watch].some(
    one => one && one !== 'broken' && one.path[0] === 'models',
  )
  if (own && !isOwn) return []
  return [
    {
      name,
      ...(model !== undefined && { model }),
      canary: tried.value,
      path: tried.path,
      ...(tried.path === canary?.path && experiment?.value && { beside: experiment.path }),
      ...(target !== 'broken' && { target }),
      isCounted: drift === 'broken' || isCounted(drift?.value),
      ...(drift !== 'broken' &&
        drift?.value.prometheus === undefined && { withoutPrometheus: drift?.path ?? 'nowhere' }),
      isSeen: nearest(shared, 'argocd', broken) !== undefined,
      ...(isLogged(target, options, watch) && { loggerPath: [...watch.path, 'events'] }),
    },
  ]
}

/** The canary, or the experiment as one. */
function triedIn(
  canary: Setting<Canary | false> | undefined,
  experiment: Setting<Experiment | false> | undefined,
): Setting<Canary> | undefined {
  if (canary?.value) return { value: canary.value, path: canary.path }
  return experiment?.value ? { value: canaryOf(experiment.value), path: experiment.path } : undefined
}

type Key = 'canary' | 'experiment' | 'target' | 'options' | 'drift' | 'watch' | 'argocd'

interface Place {
  of: Partial<Pick<DeployFile, Key>> | undefined
  path: PropertyKey[]
}

/** A key by the first of some places that has it. `broken`: of one that comes before it nobody knows what it says. */
function nearest<K extends Key>(
  places: readonly Place[],
  key: K,
  broken: Broken,
): Setting<NonNullable<DeployFile[K]>> | 'broken' | undefined {
  for (const { of, path } of places) {
    const at = [...path, key]
    if (broken.at(at)) return 'broken'
    const value = of?.[key]
    if (value !== undefined) return { value: value as NonNullable<DeployFile[K]>, path: at }
  }
  return undefined
}

/**
 * `watch.events` writes the logger of an InferenceService, where the target is one, or where it routes to some that an arm is written
 * into; anything else sends its events itself.
 */
function isLogged(
  target: Setting<string> | 'broken',
  options: Setting<Readonly<Record<string, unknown>>> | 'broken' | undefined,
  watch: Setting<NonNullable<DeployFile['watch']>> | 'broken' | undefined,
): watch is Setting<NonNullable<DeployFile['watch']>> {
  if (target === 'broken' || watch === 'broken' || options === 'broken') return false
  const written = [target.value, ...['champion', 'challenger'].map(arm => targetOf(options?.value[arm]))]
  return written.includes('kserve') && watch?.value.events !== undefined
}

/** What writes the release of an arm, where a target has two. */
function targetOf(arm: unknown): unknown {
  return typeof arm === 'object' && arm !== null && 'target' in arm ? arm.target : undefined
}

function isCounted(drift: DeployFile['drift']): boolean {
  return drift?.collector !== undefined || drift?.prometheus !== undefined
}

function ownProblems(
  { name, model, canary, path, beside, isCounted: counted, withoutPrometheus, loggerPath: logger }: Placed,
  whereOf: WhereOf,
): Problem[] {
  const { conversion, guardrails } = canary
  const at = (...keys: PropertyKey[]) => whereOf([...path, ...keys])
  const problems: Problem[] = []
  if (beside)
    problems.push({
      what: `\`${name}\` has a \`canary\` and an \`experiment\`${lineWords(whereOf(beside))} for the same releases: a release is tried in one way`,
      where: at(),
      fix: 'take one of them away; where it is inherited, `canary: false` or `experiment: false` does that',
    })
  const of = { environment: name, ...(model !== undefined && { model }) }
  problems.push(...rulesProblems(canary, keys => at(...keys), of))
  if (canary.mesh && withoutPrometheus)
    problems.push({
      what: `\`mesh\` of \`${name}\` needs the Prometheus that has its series, and ${withoutPrometheus === 'nowhere' ? 'there is no `drift`' : `\`drift\`${lineWords(whereOf(withoutPrometheus))} names none`}`,
      where: at('mesh'),
      fix: 'write its address: `drift: { prometheus: … }`; a `collector` can stand beside it',
    })
  const uncounted = logger ? countedIn(canary).events.filter(one => !canCount('logger', one)) : []
  if (logger && uncounted.length > 0)
    problems.push({
      what: `nothing counts ${uncounted.map(one => `\`${one}\``).join(' and ')} of \`${name}\`: by \`watch.events\`${lineWords(whereOf(logger))} its traffic is told of by ${COUNT_SOURCES.logger.name}, which tells ${COUNT_SOURCES.logger.tells}`,
      where: at('guardrails'),
      fix: `take them from \`guardrails\`, let ${COUNT_SOURCES.mesh.name} count them (\`mesh\`, docs/canary.md), or let the server send events of its own (docs/receipts.md) and take \`watch.events\` away`,
    })
  if (!counted)
    problems.push({
      what: `nobody counts ${[conversion.outcome, ...guardrails].map(one => `\`${one}\``).join(', ')} in \`${name}\`: no verdict would ever come`,
      where: at(),
      fix: 'say where its traffic is counted: `drift: { collector: … }` or `drift: { prometheus: … }`; an address that one job alone has (ASSAY_COLLECTOR_URL, `--collector`) takes the place of that one there, and is not seen here; `errors` and `latency` can be the counts of a `mesh`, and outcomes cannot',
    })
  return problems
}
