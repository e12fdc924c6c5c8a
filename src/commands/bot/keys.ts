import type { ForgeName } from '../../forges/index.ts'
import type { WrittenAs } from '../../forges/people.ts'

/** A repository of a forge, `owner/name`. */
export interface RepositoryName {
  forge: ForgeName
  name: string
}

/**
 * What the bot may look at. Events, timers and the start only name keys; whoever looks reads the state of the key from the
 * forge, and believes of an event no more than that there may be something to see.
 */
export type Key = KeyOf<Kind>

export type Kind = keyof Keys

/** The key of a kind. */
export type KeyOf<K extends Kind> = { [P in K]: { kind: P } & Keys[P] }[K]

interface Keys {
  promotion: PromotionKey
  comment: CommentKey
  run: RunKey
  runs: RunsKey
  head: HeadKey
  alert: AlertKey
  alerts: AlertsKey
  retraining: RetrainingKey
  retrainings: RetrainingsKey
}

/** The promotions of a deploy repository; of one model, where that is known. */
export interface PromotionKey {
  kind: 'promotion'
  deploy: RepositoryName
  model?: string
}

/** What somebody wrote in a pull request, which may be a command. */
export interface CommentKey {
  kind: 'comment'
  repository: RepositoryName
  pullRequest: number
  id: number
  writtenAs: WrittenAs
}

/** A run of the forge's CI. Its attempt is no part of it: what is told of an earlier one is a reason to look at the last. */
export interface RunKey {
  kind: 'run'
  repository: RepositoryName
  id: number
  /** Where it ran in the repository of a fork: the pull request that it is of. */
  pullRequest?: number
}

/** The runs of a repository that have ended lately: of some of them nobody may have told. */
export interface RunsKey {
  kind: 'runs'
  repository: RepositoryName
}

/**
 * The head of a pull request that is for another branch than before, or that has begun or ended to be one of those with this head: what
 * was found of it is judged by other rules now.
 */
export interface HeadKey {
  kind: 'head'
  repository: RepositoryName
  pullRequest: number
  commit: string
}

/** What was told of a model in production, in the repository that it is trained in. */
export interface AlertKey {
  kind: 'alert'
  repository: RepositoryName
  model?: string
  environment?: string
}

/** All alerts of a repository that may change without anything being told: a retraining ends, Slack answers again. */
export interface AlertsKey {
  kind: 'alerts'
  repository: RepositoryName
}

/** A retraining that somebody has begun, by the branch that is its claim. */
export interface RetrainingKey {
  kind: 'retraining'
  repository: RepositoryName
  branch: string
}

/** All retrainings that somebody has begun in a repository. */
export interface RetrainingsKey {
  kind: 'retrainings'
  repository: RepositoryName
}

/** One text for one key: equal keys have equal names. */
export function keyName<K extends Kind>(key: KeyOf<K>): string {
  return JSON.stringify([key.kind, ...KINDS[key.kind].named(key)])
}

/** The repository that is looked at. */
export function repositoryOf<K extends Kind>(key: KeyOf<K>): RepositoryName {
  return KINDS[key.kind].repository(key)
}

/** The account that it belongs to: what has one limit of calls at the forge, and one installation. */
export function accountOf(key: Key): string {
  const { forge, name } = repositoryOf(key)
  return `${forge}:${name.split('/')[0]!.toLowerCase()}`
}

/** The key whose look sees all that a look at this one sees. */
export function widerOf(key: Key): Key | undefined {
  // What ran elsewhere is in no list of runs.
  if (key.kind === 'run')
    return key.pullRequest === undefined ? { kind: 'runs', repository: key.repository } : undefined
  if (key.kind === 'retraining') return { kind: 'retrainings', repository: key.repository }
  if (key.kind !== 'promotion' || key.model === undefined) return undefined
  return { kind: key.kind, deploy: key.deploy }
}

/** Whether two looks would write in the same place, or one goes by what the other writes: then they are made one after the other. */
export function collide(one: Key, other: Key): boolean {
  if (one.kind === 'comment' && other.kind === 'comment') return pullOf(one) === pullOf(other)
  if (one.kind === 'head' || other.kind === 'head')
    return isOfRuns(one) && isOfRuns(other) && isSameIn(one, other)
  const [wider, narrower] = widerOf(one) ? [other, one] : [one, other]
  const above = widerOf(narrower)
  return above !== undefined && keyName(above) === keyName(wider)
}

// --- internal ---

interface Row<K extends Kind> {
  /** What tells it from others of its kind. */
  named(key: KeyOf<K>): unknown[]
  repository(key: KeyOf<K>): RepositoryName
}

const KINDS: { [K in Kind]: Row<K> } = {
  promotion: {
    named: ({ deploy, model = '' }) => [...partsOf(deploy), model],
    repository: ({ deploy }) => deploy,
  },
  comment: {
    named: ({ repository, pullRequest, id, writtenAs }) => [
      ...partsOf(repository),
      pullRequest,
      writtenAs,
      id,
    ],
    repository: ({ repository }) => repository,
  },
  run: {
    named: ({ repository, id, pullRequest }) => [
      ...partsOf(repository),
      id,
      ...(pullRequest === undefined ? [] : [pullRequest]),
    ],
    repository: ({ repository }) => repository,
  },
  runs: {
    named: ({ repository }) => partsOf(repository),
    repository: ({ repository }) => repository,
  },
  head: {
    named: ({ repository, pullRequest, commit }) => [...partsOf(repository), pullRequest, commit],
    repository: ({ repository }) => repository,
  },
  alert: {
    named: ({ repository, model = '', environment = '' }) => [...partsOf(repository), model, environment],
    repository: ({ repository }) => repository,
  },
  retraining: {
    named: ({ repository, branch }) => [...partsOf(repository), branch],
    repository: ({ repository }) => repository,
  },
  retrainings: {
    named: ({ repository }) => partsOf(repository),
    repository: ({ repository }) => repository,
  },
  alerts: {
    named: ({ repository }) => partsOf(repository),
    repository: ({ repository }) => repository,
  },
}

function isOfRuns({ kind }: Key): boolean {
  return kind === 'run' || kind === 'runs' || kind === 'head'
}

function isSameIn(one: Key, other: Key): boolean {
  return partsOf(repositoryOf(one)).join(' ') === partsOf(repositoryOf(other)).join(' ')
}

/** Comments of one pull request have their number of answers together. */
function pullOf({ repository, pullRequest }: CommentKey): string {
  return [...partsOf(repository), pullRequest].join(' ')
}

/** Forges take names in any case. */
function partsOf({ forge, name }: RepositoryName): string[] {
  return [forge, name.toLowerCase()]
}
