import { AssayError, isAssayError, type Problem } from '../../errors/errors.ts'
import type { FileChange } from '../../git/file-changes.ts'
import type { ReleaseRecord } from '../../release/record.ts'
import { editYaml, readYaml } from '../../yaml/edit/edit.ts'
import type { FileDifference } from '../places/rollback.ts'

/** What is known of a model that is to be retired. */
export interface RetirementFacts {
  model: string
  /** assay-deploy.yml as it stands. */
  config: { path: string; text: string }
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
  isOnlyModel: boolean
}

/**
 * What retiring a model takes away: all that Assay wrote for it alone, and its lines in what it shares. Manifests are the team's: they
 * are read, and told. Carried out and merged, the same facts anew plan no change.
 *
 * @throws AssayError `RETIREMENT_REFUSED` while a release is tried, or a rollback is open
 */
export function planRetirement(facts: RetirementFacts): Retirement {
  const { model, places, named, unnamed, branches, others } = facts
  const problems = [...places.flatMap(one => triedProblem(facts, one)), ...branches.flatMap(rollbackProblem)]
  if (problems.length > 0)
    throw new AssayError({ code: 'RETIREMENT_REFUSED', title: `${model} cannot be retired now`, problems })
  const config = withoutEntry(facts)
  const own = [...new Set(places.flatMap(place => place.own))]
  const edits = [...named, ...(config.edit ? [config.edit] : [])]
  return {
    model,
    changes: [
      ...own.map(path => ({ path, content: undefined })),
      ...edits.map(({ path, after }) => ({ path, content: after })),
    ],
    places: places.filter(place => place.own.length > 0),
    edited: edits.map(({ path }) => path),
    serving: places.flatMap(place => servingLines(facts, place)),
    byHand: [
      ...unnamed.map((note): ByHand => ({ kind: 'resource', note })),
      ...readingLines(facts, own),
      ...needingLines(facts),
      ...(config.byHand ? [config.byHand] : []),
      ...sendingLines(facts),
    ],
    branches: {
      gone: branches.filter(({ isTheirs }) => !isTheirs),
      kept: branches.filter(({ isTheirs }) => isTheirs),
    },
    isOnlyModel: others.length === 0,
  }
}

// --- internal ---

function triedProblem({ model }: RetirementFacts, { environment, tried }: RetiredPlace): Problem[] {
  if (tried === undefined) return []
  return [
    {
      what: `a release is tried in ${environment}: it gets a part of the traffic, and nobody else would end that`,
      where: { file: tried },
      fix: `wait until it is over, or end it: \`assay rollback ${model} --environment ${environment}\``,
    },
  ]
}

function rollbackProblem({ name, number, isOpenRollback }: OwnBranch): Problem[] {
  if (!isOpenRollback) return []
  const way = number === undefined ? `the branch ${name}` : `pull request ${number}`
  return [
    {
      what: `${way} proposes a rollback that waits: what serves is to be another release`,
      fix: number === undefined ? `merge it or delete it first` : 'merge it or close it first',
    },
  ]
}

/** assay-deploy.yml without the entry of the model, whose comments stay. What cannot be taken out, an anchor, is a person's. */
function withoutEntry({ model, config }: RetirementFacts): { edit?: FileDifference; byHand?: ByHand } {
  const { path: file, text } = config
  const written = readYaml(text, file).find(value => value !== undefined) as { models?: object } | undefined
  const names = Object.keys(written?.models ?? {})
  if (!names.includes(model)) return {}
  try {
    const path = names.length === 1 ? ['models'] : ['models', model]
    const { text: after } = editYaml(text, file, [{ path, keepsComments: true }])
    return { edit: { path: file, before: text, after } }
  } catch (error) {
    if (!isAssayError(error, 'YAML_EDIT_REFUSED', 'YAML_UNREADABLE')) throw error
    const line = error.problems[0]?.where?.line
    const why = error.problems.map(({ what }) => what).join('; ')
    return { byHand: { kind: 'entry', file, ...(line !== undefined && { line }), why } }
  }
}

/** The lines of its manifests that say the release of the record; a manifest that has none is named all the same. */
function servingLines(
  { manifests }: RetirementFacts,
  { environment, record, manifests: files }: RetiredPlace,
): KeptLine[] {
  if (!record) return []
  const says = record.image?.digest ?? record.uri
  return files.flatMap((file): KeptLine[] => {
    const text = manifests.get(file)
    if (text === undefined || says === undefined) return []
    const found = linesWith(text, line => line.includes(says))
    return found.length === 0
      ? [{ environment, file, says }]
      : found.map(line => ({ environment, file, line, says }))
  })
}

/** A kustomization of the team that reads a file which goes would not be built any more. */
function readingLines({ manifests }: RetirementFacts, own: readonly string[]): ByHand[] {
  return [...manifests].flatMap(([file, text]) =>
    own.flatMap(path => {
      const folder = file.slice(0, file.lastIndexOf('/') + 1)
      if (!path.startsWith(folder)) return []
      const name = literal(path.slice(folder.length))
      const reading = new RegExp(`^[^#]*(?:^|[\\s"'=,:[{])(?:\\./)?${name}(?![\\w./-])`)
      return linesWith(text, line => reading.test(line)).map(
        (line): ByHand => ({ kind: 'reads', file, line, path }),
      )
    }),
  )
}

/** Pods that need a ConfigMap which is not there do not start: what serves would go down with its next pod. */
function needingLines({ manifests, configMaps }: RetirementFacts): ByHand[] {
  return [...manifests].flatMap(([file, text]) =>
    configMaps.flatMap(name => {
      const naming = new RegExp(`^[^#]*(?<![\\w.-])${literal(name)}(?![\\w.-])`)
      const lines = linesWith(text, line => naming.test(line))
      if (lines.length === 0 || isOptionalIn(text, file, name)) return []
      return lines.map((line): ByHand => ({ kind: 'needs', file, line, configMap: name }))
    }),
  )
}

/** Whether all that names a ConfigMap does without it too. What cannot be read says nothing. */
function isOptionalIn(text: string, file: string, name: string): boolean {
  const needs = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null) return value === name
    const { name: named, optional, ...others } = value as { name?: unknown; optional?: unknown }
    return (named === name && optional !== true) || Object.values(others).some(needs)
  }
  try {
    return !readYaml(text, file).some(needs)
  } catch (error) {
    if (isAssayError(error, 'YAML_UNREADABLE')) return false
    throw error
  }
}

/** Where requests are sent to the collector, whoever wrote it. */
function sendingLines({ manifests, model }: RetirementFacts): ByHand[] {
  return [...manifests].flatMap(([file, text]) =>
    linesWith(text, line => line.includes(`/v1/events/${model}/`)).map(
      (line): ByHand => ({ kind: 'sends', file, line }),
    ),
  )
}

/** As a regular expression reads it as text. */
function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function linesWith(text: string, has: (line: string) => boolean): number[] {
  return text.split('\n').flatMap((line, at) => (has(line) ? [at + 1] : []))
}
