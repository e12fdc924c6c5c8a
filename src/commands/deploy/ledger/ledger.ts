import type { DeployConfig, DeployEnvironment } from '../../../core/deploy-config/deploy-config.ts'
import type { AssayError } from '../../../core/errors/errors.ts'
import type { AskedBranch, FileVersion, SeenBranch } from '../../../forges/deploy-repository.ts'
import type { PastFiles } from '../read/deviation.ts'
import type { Lacking } from '../read/state.ts'

/** The records of all models on the branch with the configuration, at one moment, and on all others: what an inventory is made from. */
export interface Ledger extends SiteLedger {
  /** Those of the branches and repositories where environments stand elsewhere. */
  others: readonly SiteLedger[]
  /** Every model there is, whichever were asked for. */
  models: string[]
  /** Environments that were not looked at. */
  lacking: readonly Lacking[]
}

/** The records of all models on one branch. */
export interface SiteLedger {
  config: DeployConfig
  /** Whether an environment stands on this branch. */
  isHere(environment: string): boolean
  records: LedgerFile[]
  holds: LedgerFile[]
  /** The commit that all is read at. */
  commit: string
  /** Texts of the manifests beside the records, by path, or why one cannot be read. */
  manifests: ReadonlyMap<string, string | AssayError>
  /** For places whose manifests do not say what their record says. */
  past: PastFiles
  /** Promotions whose branch is there. */
  branches: { environment: string; model: string }[]
  /** Holds that are proposed, by the branches that are there. */
  holdBranches: { environment: string; model: string }[]
  /** Texts of other files at the commit, by path, or why one cannot be read; undefined for those that are not there. */
  texts(paths: readonly string[]): Promise<ReadonlyMap<string, string | AssayError | undefined>>
  /** Records with their versions, newest first. */
  histories<R extends RecordPlace>(
    records: readonly R[],
  ): Promise<(R & { history: readonly FileVersion[] })[]>
  /** Branches of promotions with the record on each, and their pull requests. */
  promotions<B extends AskedBranch>(branches: readonly B[]): Promise<(B & SeenBranch)[]>
  /** Whether a promotion is open: its pull request, or without those a branch with something that the base lacks. */
  isOpen(seen: SeenBranch): Promise<boolean>
}

/** Where a record stands. */
interface RecordPlace {
  environment: DeployEnvironment
  recordFile: string
}

/** A record or a hold: its text, or why it cannot be read. */
export interface LedgerFile {
  environment: string
  model: string
  path: string
  text: string | AssayError
}

/** So many versions of a record are read for a soak: one that began before them has lasted long enough. */
export const LEDGER_VERSIONS = 10
