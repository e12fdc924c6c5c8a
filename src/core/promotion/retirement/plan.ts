import { AssayError, isAssayError, type Problem } from '../../errors/errors.ts'
import { editYaml, readYaml } from '../../yaml/edit/edit.ts'
import type { FileDifference } from '../places/rollback.ts'
import type { ByHand, OwnBranch, RetiredPlace, Retirement, RetirementFacts } from './facts.ts'
import { needingLines, readingLines, sendingLines, servingLines } from './lines.ts'

export type { OwnBranch, Retirement, RetirementFacts } from './facts.ts'

/**
 * What retiring a model takes away: all that Assay wrote for it alone, and its lines in what it shares. Manifests are the team's: they
 * are read, and told. Carried out and merged, the same facts anew plan no change.
 *
 * @throws AssayError `RETIREMENT_REFUSED` while a release is tried, or a rollback is open
 */
export function planRetirement(facts: RetirementFacts): Retirement {
  ensureNothingUnderWay([facts])
  const { model, places, named, unnamed, configMaps, branches, others, elsewhere } = facts
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
    configMaps,
    elsewhere,
    isOnlyModel: others.length === 0,
  }
}

/** @throws AssayError `RETIREMENT_REFUSED` with all that is under way, wherever an environment stands */
export function ensureNothingUnderWay(all: readonly RetirementFacts[]): void {
  const problems = all.flatMap(facts => [
    ...facts.places.flatMap(one => triedProblem(facts, one)),
    ...facts.branches.flatMap(rollbackProblem),
  ])
  if (problems.length === 0) return
  const title = `${all[0]!.model} cannot be retired now`
  throw new AssayError({ code: 'RETIREMENT_REFUSED', title, problems })
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
  if (!config) return {}
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
