import type { CiFacts } from '../../ci/ci.ts'
import type { DeployAddress } from '../../core/secrets/deploy-address.ts'
import type { Mask } from '../../core/secrets/masked-value.ts'
import type { DeployConnection } from '../../forges/connection.ts'
import type { Forge } from '../../forges/forge.ts'
import type { Threads } from '../../services/files/read-rows.ts'
import type { Face } from './faces.ts'

/**
 * What a face hands to a command: the world, made once. Commands read the outside only through this and the services.
 */
export interface Context {
  /** Absolute path of the repository (or the folder that stands for it). */
  folder: string
  env: Readonly<Record<string, string | undefined>>
  ci: CiFacts
  /** Undefined where there is no forge or no token; `forgeMissing` then says why, in words. */
  forge?: Forge
  forgeMissing?: string
  /** Opens a deploy repository. @throws AssayError where there is no way to it */
  openDeploy: (address: DeployAddress) => Promise<DeployAccess>
  /** Milliseconds since the epoch. */
  now: () => number
  log: Log
  /** Aborted on SIGTERM or SIGINT: running commands are stopped, checks completed as cancelled. */
  signal: AbortSignal
  /** How large files are read beside each other. Absent: one after the other. */
  threads?: Threads
  /** Whose words advice is written in. Absent: those of the command line. */
  face?: Face
  /** Version of Assay. */
  version: string
  /** How to draw on the terminal, where there is one. */
  terminal?: { colour: boolean; width: number }
}

/** What works on a repository of the forge alone takes: also a face without a folder has it. */
export type World = Pick<Context, 'env' | 'ci' | 'now' | 'log' | 'signal' | 'version'>

/** A deploy repository as a command works with it. */
export interface DeployAccess extends DeployConnection {
  /**
   * The way to another repository that the configuration of this one names, by the variable with its token; opened once, and closed
   * with this one. Absent where no other is opened. @throws AssayError where there is no way to it
   */
  another?: (
    repository: string,
    variable: string | undefined,
  ) => Promise<{ access: DeployAccess; address: DeployAddress }>
  /** What frees texts of the secrets of this run, before they are put together. */
  mask?: Mask
}

/** Progress for people. Everything that passes is freed of secrets; our own lines of control characters and workflow commands too. */
export interface Log {
  info(text: string): void
  warn(text: string): void
  /** A titled section; CI logs fold it. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>
  /** Output of the user's own command, as it comes: text, and nothing that a CI or a terminal would obey. */
  raw(chunk: Uint8Array | string): void
  /** A line that replaces itself on a terminal; nothing elsewhere. */
  live(text: string): void
}

/** What a command gives back to its face. Commands never print and never exit. */
export interface CommandResult {
  /** 0 pass, 1 a gate failed or live data has drifted, 2 the user must fix something, 3 drift cannot be told. */
  exitCode: 0 | 1 | 2 | 3
  /** For people: what the terminal shows. */
  text: string
  /** For machines: what `--json` prints. */
  json: unknown
  /** One line, where the first line of `text` does not say it all: what a list of builds shows. */
  headline?: string
  /** Why, in one to three sentences: what a build that fails ends with. */
  reason?: string
  /** For the action: its outputs. */
  outputs?: Record<string, string>
}
