import { ENVIRONMENT_NAME } from '../../../text/names.ts'

/** Which environments the paths of a deploy repository speak of, and in which order a release enters them. */

/** A path with the environment that it is of. */
export interface EnvironmentPath {
  environment: string
  /** The path, with `{environment}` in the place of the name. */
  template: string
}

/** Names by their place in the order; those of one line are the same place. */
const ORDER: readonly (readonly string[])[] = [
  ['sandbox', 'dev', 'develop', 'development'],
  ['ci', 'int', 'integration', 'test', 'testing', 'qa'],
  ['uat', 'acceptance', 'stage', 'staging', 'stg'],
  ['preprod', 'pre-prod', 'preproduction'],
  ['prod', 'production', 'prd', 'live'],
]
const KNOWN = ORDER.flat()
  .toSorted((a, b) => b.length - a.length)
  .join('|')
/** `production-eu`, `prod-us-east-1`. */
const REGION =
  '(?:-(?:eu|us|uk|de|ap|apac|asia|emea|na|sa|east|west|north|south|central|blue|green|gpu|cpu|non|[a-z]{0,9}\\d+))*'
const SEGMENT = new RegExp(`^(?:(?:eu|us|uk|ap|apac|emea)-)?(?:${KNOWN})${REGION}$`)
/** Within a longer name, such as `values-staging.yaml` or `churn-prod`. */
const PART = new RegExp(`(?<=^|[-._])(?:${KNOWN})${REGION}(?=$|[-._])`)
/** Folders whose folders are environments, whatever they are called. */
const COLLECTION = /^(overlays|envs?|environments|stages|clusters)$/
const NO_ENVIRONMENT = /^(base|bases|common|shared|default|defaults|components|templates|charts?|apps?|lib)$/

/** The environment of a path; undefined: it speaks of none. The innermost name counts. */
export function environmentOf(path: string): EnvironmentPath | undefined {
  const segments = path.split('/')
  const named = (pick: (segment: string, at: number) => string | undefined) => {
    const at = segments.findLastIndex((segment, index) => pick(segment, index) !== undefined)
    return at < 0 ? undefined : { at, name: pick(segments[at]!, at)! }
  }
  const found =
    named(segment => (SEGMENT.test(segment) ? segment : undefined)) ??
    named(segment => PART.exec(segment)?.[0]) ??
    named((segment, at) =>
      at > 0 &&
      at < segments.length - 1 &&
      COLLECTION.test(segments[at - 1]!) &&
      !NO_ENVIRONMENT.test(segment)
        ? segment
        : undefined,
    )
  if (!found || !ENVIRONMENT_NAME.test(found.name)) return undefined
  const { at, name } = found
  const segment = segments[at]!
  const replaced = segment === name ? '{environment}' : segment.replace(PART, () => '{environment}')
  return { environment: name, template: segments.with(at, replaced).join('/') }
}

/** `churn` of `churn-staging`, as the objects of an environment are told apart; in a file of any other the whole name. */
export function nameWithin(name: string, file: string): string {
  const [own, there] = [environmentStem(name), environmentOf(file)]
  return own && there && rankOf(own.environment) === rankOf(there.environment) ? own.stem : name
}

/** `churn` and `staging` of `churn-staging`; undefined: the name has no environment in it, or nothing else. */
export function environmentStem(name: string): { stem: string; environment: string } | undefined {
  const found = environmentOf(name)
  const stem = found?.template.replace(/[-._]?\{environment\}[-._]?/, '')
  return found && stem ? { stem, environment: found.environment } : undefined
}

/** The environment that a key is called like, and like nothing else: `staging` in a file of several. */
export function isEnvironment(key: string): boolean {
  return SEGMENT.test(key) && ENVIRONMENT_NAME.test(key)
}

/** The environment of a branch, as `env/staging` or `staging`. */
export function environmentOfBranch(branch: string): string | undefined {
  const name = branch.replace(/^(env|envs|environment|environments|deploy)\//, '')
  return SEGMENT.test(name) && ENVIRONMENT_NAME.test(name) ? name : undefined
}

/** An environment, and those that a release must be live in before it enters this one. */
export interface OrderedEnvironment {
  name: string
  after: string[]
}

/**
 * Environments in the order of their names' meaning: each after all of the place before it.
 *
 * @returns also the names that mean no place: their order is not known
 */
export function ordered(names: readonly string[]): { environments: OrderedEnvironment[]; unknown: string[] } {
  const placed = Map.groupBy([...names].sort(), rankOf)
  const ranks = [...placed.keys()].filter(rank => rank >= 0).sort((a, b) => a - b)
  const known = ranks.flatMap((rank, at) =>
    placed.get(rank)!.map(name => ({ name, after: at === 0 ? [] : placed.get(ranks[at - 1]!)! })),
  )
  const unknown = placed.get(-1) ?? []
  return { environments: [...known, ...unknown.map(name => ({ name, after: [] }))], unknown }
}

// --- internal ---

function rankOf(name: string): number {
  const [word] = PART.exec(name) ?? SEGMENT.exec(name) ?? []
  if (word === undefined) return -1
  return ORDER.findIndex(words =>
    words.some(one => word === one || word.startsWith(`${one}-`) || word.endsWith(`-${one}`)),
  )
}
