import type { CiRuns, Reruns } from './ci-runs.ts'
import type { DeployRepository } from './deploy-repository.ts'
import type { Deployments } from './deployments.ts'
import type { Forge } from './forge.ts'
import type { HookState } from './hooks.ts'
import type { Safety } from './http/safe-calls.ts'
import type { Issues } from './issues.ts'
import type { People } from './people.ts'
import type { Survey, SurveyQuestion } from './survey.ts'
import type { Claims, Pipelines, Workflows } from './workflows.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The way to one repository of a forge with an API. Who makes it has decided that the token may go there. */
export interface Access {
  /** `owner/name`. */
  repository: string
  token: string
  /** Where the API is, and where people look; absent: the forge's own host. */
  apiUrl?: string
  serverUrl?: string
  env: Environment
}

/** That of what lives long: its writes may wait for those of others. */
export interface LastingAccess extends Access {
  safety?: Safety
  /** While it is there, what never changes is asked for once by all that it connects to. */
  keeper?: object
}

/** The same with an app of the forge, whose tokens are made when they are needed. */
export interface AppAccess extends Omit<Access, 'token'> {
  app: ForgeApp
  /** No token gets more. `tell`: for issues, and for beginning a retraining. */
  right: 'read' | 'write' | 'tell'
  /** Told of each token before it is used. */
  onToken?: (token: string) => void
}

export interface ForgeApp {
  clientId: string
  /** PEM; line ends may be written `\n`, as in variables of one line. */
  privateKey: string
}

/** The way to a repository on any git server. */
export interface GitAccess {
  url: string
  /** For web addresses alone. */
  token?: string
  /** Without token, and without what this machine would tell of itself. */
  anonymous?: boolean
  env: Environment
}

/** A deploy repository, and the comments and statuses of it where it is on a forge. */
export interface DeployConnection {
  repository: DeployRepository
  forge?: Forge
  deployments?: Deployments
  /** Absent where there are no refs but branches. */
  claims?: Claims
  /** What its CI can be asked to run; each absent where the forge has no such thing. */
  workflows?: Workflows
  pipelines?: Pipelines
  /** Absent where none are written. */
  issues?: Issues
  /** Absent where comments are not read. */
  people?: People
  /** Name of the branch that pull requests are for; absent on plain git. */
  defaultBranch?(): Promise<string>
  /** Where its pull requests and commits can be looked at. */
  webUrl?: string
  close(): Promise<void>
}

/** Any repository of a forge with an API, by the same functions. */
export interface RepositoryConnection extends DeployConnection {
  forge: Forge
  /** Where a pull request can be looked at. */
  pullRequestUrl(number: number): string
  /** Runs of the forge's own CI; absent where it is not asked about them. */
  runs?: CiRuns
  /** Absent where none of them is done once more from here. */
  reruns?: Reruns
  /** Name of the branch that pull requests are for. */
  defaultBranch(): Promise<string>
}

export interface AccountAccess extends Omit<Access, 'repository'> {
  safety?: Safety
  /** Milliseconds since the epoch. */
  now: () => number
}

/** The way to all repositories in which one account may write. */
export interface AccountConnection {
  /**
   * How they are. `spared`: accounts whose calls are kept for people and events.
   *
   * @param isFull also of those in which nothing seems to have gone on
   * @throws AssayError those of the forge
   */
  survey(question: SurveyQuestion, isFull: boolean): Promise<Survey & { spared: number }>
  /** How what tells of the events of repositories stands. @throws AssayError those of the forge */
  hooks(repositories: readonly string[]): Promise<HookState[]>
  /** Those in which the account may do more than write: what it begins there may so too. @throws AssayError those of the forge */
  maintained(): Promise<string[]>
}

/** What the `connect.ts` of a forge's folder exports; loaded when it is used. */
export interface ForgeConnects {
  /** The repository whose commits are judged. */
  connectForge(access: Access): Forge
  connectDeploy(access: Access): Promise<DeployConnection>
  /** Absent where the forge has no apps. @throws AssayError `DEPLOY_NO_TOKEN` where the app cannot be used there */
  connectDeployAsApp?(access: AppAccess): Promise<DeployConnection>
  /** Any repository by the token of an account, for what lives long. Absent where that is an app. */
  connectRepository?(access: LastingAccess): Promise<RepositoryConnection>
  /** All that this account sees; there where `connectRepository` is. */
  connectAccount?(access: AccountAccess): AccountConnection
}

/** What that of plain git exports. */
export interface GitConnects {
  connectDeploy(access: GitAccess): Promise<DeployConnection>
}
