import type { FileChange } from '../../git/file-changes.ts'
import type { ReleaseRecord } from '../../release/record.ts'
import type { FileDifference } from '../places/rollback.ts'

/** What is known of a model that is to be retired. */
export interface RetirementFacts {
  model: string
  /** assay-deploy.yml as it stands; absent on a branch of environments alone. */
  config?: { path: string; text: string }
  /** Environments that stand on other branches, or in other repositories. */
  elsewhere: readonly string[]
  places: readonly RetiredPlace[]
  /** Kustomizations that name what goes, as they are without it. */
  named: readonly FileDifference[]
  /** What kept one of them from being changed. */
  unnamed: readonly string[]
  /** Manifests, kustomizations and what stands near them, by path, as they will stand. */
  manifests: ReadonlyMap<string, string>
  /** ConfigMaps that go with the files of ours, by name. */
  configMaps: readonly string[]
  /** Names of the other models of the repository. */
  others: readonly string[]
  branches: readonly OwnBranch[]
}

/** A model in one environment. */
export interface RetiredPlace {
  environment: string
  /** Files that Assay wrote for it there, and that are there. */
  own: readonly string[]
  /** The file that says that a release is tried there. */
  tried?: string
  record?: Pick<ReleaseRecord, 'version' | 'image' | 'uri' | 'repository'>
  /** What a promotion into it writes a release into. */
  manifests: readonly string[]
}

/** A branch of ours about the model, with its open pull request. */
export interface OwnBranch {
  name: string
  commit: string
  number?: number
  /** It proposes to go back to an earlier release, and nobody has said yes or no yet. */
  isOpenRollback?: true
  /** It holds a commit that is not ours and is nowhere else. */
  isTheirs?: true
}

/** A line of a manifest that the team keeps. */
export interface KeptLine {
  environment: string
  file: string
  /** From 1; absent where no line has what is looked for. */
  line?: number
  /** What stands there: a digest, or an address. */
  says: string
}

/** What a commit of ours cannot do. */
export type ByHand =
  /** A kustomization could not be changed, in a sentence: it cannot be built after the merge. */
  | { kind: 'resource'; note: string }
  /** A file of the team reads one that goes: it cannot be built after the merge. */
  | { kind: 'reads'; file: string; line: number; path: string }
  /** A manifest needs a ConfigMap that goes: its pods cannot start after the merge. */
  | { kind: 'needs'; file: string; line: number; configMap: string }
  /** The entry of the model in assay-deploy.yml cannot be taken out. */
  | { kind: 'entry'; file: string; line?: number; why: string }
  /** Requests are sent to the collector, and nothing of ours says that any more. */
  | { kind: 'sends'; file: string; line: number }

export interface Retirement {
  model: string
  /** What one commit changes; empty: nothing of it is left on the branch that is deployed. */
  changes: FileChange[]
  /** The same for people. */
  places: Pick<RetiredPlace, 'environment' | 'own' | 'record'>[]
  /** Files that stay, and lose the lines about the model. */
  edited: string[]
  /** Where manifests still say the release. */
  serving: KeptLine[]
  /** What only a person can do. */
  byHand: ByHand[]
  /** Branches of ours that go once nothing else is left, and those that hold a commit of somebody's. */
  branches: { gone: OwnBranch[]; kept: OwnBranch[] }
  /** ConfigMaps that go with the files. */
  configMaps: readonly string[]
  elsewhere: readonly string[]
  isOnlyModel: boolean
}
