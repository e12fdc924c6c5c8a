import { Profile } from '../../core/config/profile.ts'
import { AssayError, isAssayError } from '../../core/errors/errors.ts'
import type { Evaluation } from '../../core/inputs/evaluation.ts'
import {
  MAX_ROWS,
  type NeededColumn,
  type StartTable,
  type TableTaker,
  unusable,
} from '../../core/inputs/predictions/columns.ts'
import { maskPersonalData } from '../../core/secrets/secrets.ts'
import { importanceProblems } from '../../core/traffic/drift/weights.ts'
import { acceptedOn } from '../../core/traffic/profile/accepted.ts'
import { withoutCategories } from '../../core/traffic/profile/categories.ts'
import { type ChosenColumns, chosenColumns } from '../../core/traffic/profile/chosen-columns.ts'
import { CountedColumn, columnsAtOnce, limitsFor } from '../../core/traffic/profile/counted-column.ts'
import type { Feature } from '../../core/traffic/profile/feature.ts'
import { ModelProfile, PREDICTION, SCORE, trafficFeatures } from '../../core/traffic/profile/profile.ts'
import { profileHash } from '../../core/traffic/profile/profile-file.ts'
import type { ProfileFacts } from '../../core/verdict/profile-facts.ts'
import { hashFiles } from '../../services/files/hash-files.ts'
import { readTable } from '../../services/files/predictions-files.ts'
import type { Context } from '../command/context.ts'
import { maskFor, withoutSecrets } from '../command/without-secrets.ts'
import type { ModelWork } from '../project/project.ts'
import { readImportance } from './importance.ts'
import { whyTooLarge } from './profile-size.ts'

export interface MadeProfile {
  profile?: ModelProfile
  /** What the result says of it; absent where nothing was to be counted. */
  facts?: ProfileFacts
}

/**
 * What live traffic of this model will be held against, counted on the data that the configuration names, else on the predictions.
 * It is no part of the verdict: what keeps it from being made is advice.
 */
export async function makeProfile(work: ModelWork, evaluation: Evaluation): Promise<MadeProfile> {
  const { context, model, config } = work
  const { predictions } = evaluation
  // The result file of a tool has no columns to count.
  const file =
    config.profile?.data ?? (config.predictions?.from === undefined ? evaluation.predictionsFile : undefined)
  if (file === undefined || evaluation.unwritten !== undefined) return {}
  try {
    const { features, rows = predictions?.rows, advice } = await countFeatures(work, file)
    if (rows === undefined) return { facts: { advice: [...advice, 'No column is left to count.'] } }
    const [hashed] = await hashFiles(context.folder, [file])
    const isSecret = secretsIn(context)
    const { score, prediction, accuracy } = predictions ? acceptedOn(predictions) : {}
    const answers = prediction && withoutCategories(prediction, isSecret)
    const base = {
      version: 1 as const,
      model,
      rows,
      data: { hash: hashed!.sha256 },
      features: features.map(feature => withoutCategories(feature, isSecret)),
      ...(score && { score }),
      ...(answers && { prediction: answers }),
      ...(accuracy && answers?.counts.length === prediction?.counts.length && { accuracy }),
    }
    const { importance, advice: ofImportance } = await importanceFor(work, trafficFeatures(base))
    advice.push(...ofImportance)
    const profile = { ...base, ...(importance && { importance }) }
    const made = withoutSecrets(context, ModelProfile, profile)
    const large = whyTooLarge(made)
    if (large !== undefined)
      return { facts: { rows, features: features.length, advice: [`${large}.`, ...advice] } }
    const facts = { hash: profileHash(made), rows, features: features.length, advice }
    return { profile: made, facts }
  } catch (error) {
    if (!isAssayError(error)) throw error
    const reasons = error.problems.slice(0, MOST_ADVICE)
    return {
      facts: {
        advice: reasons.map(({ what, where }) =>
          maskPersonalData(`${where?.file ?? file}: ${what}${what.endsWith('?') ? '' : '.'}`),
        ),
      },
    }
  }
}

// --- internal ---

const MOST_ADVICE = 10

/** Whether a name holds what is masked wherever it stands. */
function secretsIn(context: Context): (name: string) => boolean {
  const { text } = maskFor(context)
  return name => text(name) !== name
}

/** What the file of the configuration says of these features. Of what it says besides, and of what is wrong with it, there is advice. */
async function importanceFor(
  { context, config }: ModelWork,
  features: readonly Feature[],
): Promise<{ importance?: Record<string, number>; advice: string[] }> {
  const file = config.drift?.importance
  if (file === undefined) return { advice: [] }
  try {
    const told = await readImportance(context.folder, file)
    const known = new Set([...features.map(({ name }) => name), SCORE, PREDICTION])
    const of = [...told].filter(([name]) => known.has(name))
    const advice = importanceProblems(features, told).map(what => `${file}: ${what}.`)
    return { importance: Object.fromEntries(of), advice }
  } catch (error) {
    if (!isAssayError(error)) throw error
    const [problem] = error.problems
    return { advice: [`${file}: ${problem?.what ?? error.message}: every feature counts alike.`] }
  }
}

interface Counted {
  features: Feature[]
  /** Absent where there is no column to count. */
  rows?: number
  advice: string[]
}

async function countFeatures({ context, config }: ModelWork, file: string): Promise<Counted> {
  const options = config.profile ?? Profile.parse({})
  const roles = config.predictions
    ? [
        ...(['id', 'label', 'score', 'prediction', 'group'] as const).flatMap(
          key => config.predictions![key] ?? [],
        ),
        ...Object.keys(config.predictions.values ?? {}),
      ]
    : []
  const isSecret = secretsIn(context)
  const read = <T>(start: StartTable<T>) => readTable(context.folder, file, 'data of the profile', start)
  const { chosen, atOnce, expected } = await read((names, facts) =>
    takerOf(file, [], () => ({
      chosen: chosenColumns(names, facts, options, roles, isSecret),
      atOnce: facts.rows === undefined ? names.length : columnsAtOnce(facts.rows),
      expected: facts.rows,
    })),
  )
  refuse(chosen, file)
  const features: Feature[] = []
  const advice = [...chosen.advice]
  let rows: number | undefined
  for (let from = 0; from < chosen.columns.length; from += atOnce) {
    const some = chosen.columns.slice(from, from + atOnce)
    const limits = limitsFor(some.length, expected)
    const counted = some.map(column => new CountedColumn(column, options, limits))
    const pass = (columns: CountedColumn[]) => read(() => takerOf(file, columns, () => {}))
    await pass(counted)
    const again = counted.filter(column => column.needsAgain())
    if (again.length > 0) await pass(again)
    features.push(...counted.flatMap(column => column.feature() ?? []))
    advice.push(...counted.flatMap(column => column.advice ?? []))
    rows = counted[0]!.rows
    if (rows === 0) throw unusable(file, 'there are no rows', 'Write a row for each example.')
  }
  const more = advice.length - MOST_ADVICE
  return {
    features,
    rows,
    advice: [...advice.slice(0, MOST_ADVICE), ...(more > 0 ? [`And ${more} more.`] : [])],
  }
}

/** No cell is wrong to a profile, but a row may be. */
function takerOf<T>(file: string, columns: readonly CountedColumn[], finish: () => T): TableTaker<T> {
  const wrong: TableTaker<T>['wrong'] = (what, at, fix = FIX) => {
    throw unusable(file, what, fix, at)
  }
  const needed = columns.map(({ column: { name, index }, sink }): NeededColumn => ({ name, index, sink }))
  return {
    needed,
    mostRows: MAX_ROWS,
    wrong,
    wrongCell: (column, row, what) => wrong(`row ${row}: ${column} ${what}`),
    finish,
  }
}

const FIX = 'Write every row with as many cells as the header has.'

function refuse({ problems }: ChosenColumns, file: string): void {
  if (problems.length === 0) return
  const told = problems.map(what => ({ what, where: { file } }))
  throw new AssayError({ code: 'PREDICTIONS_INVALID', title: `${file} cannot be counted`, problems: told })
}
