import type { Pipeline } from '../../inputs/dvc/pipeline.ts'
import { CONFIG_FILE } from '../../text/names.ts'
import { commandsOf } from '../starter/commands.ts'
import { type Environment, environmentsOf } from '../starter/installs.ts'
import { evalResultOf, metricFilesOf, predictionsOf, unreadEvalOf } from '../starter/outputs.ts'
import { pathsOf, placesOf } from '../starter/places.ts'
import { type FoundNumbers, ownFiles, type Place, type Repository, within } from '../starter/repository.ts'
import { brought } from '../starter/series.ts'
import { commandScalar, indented, keyed, list, QUESTION, scalar } from './lines.ts'
import { evalCommands } from './starter-evals.ts'
import { numbersOf } from './starter-numbers.ts'

/** The first `assay.yml` of a repository, from what is in it. Pure: the command lists files and reads them. */

export interface Starter {
  path: string
  text: string
}

/**
 * A configuration that says what is known of the repository. What is not stands as a question, `# ?`, above a key without a
 * value, which `assay check` names; nothing is written that only may be right.
 *
 * @returns also what its commands need to be installed
 * @param pipelines by the folder of their `dvc.yaml`
 */
export function starterConfig(
  found: Repository,
  pipelines: ReadonlyMap<string, Pipeline>,
): Starter & { questions: number; environments: Environment[] } {
  const repository = { ...found, files: ownFiles(found.files) }
  const places = placesOf(repository)
  const world = { places, repository, pipelines, all: found.files }
  const models = places.map(place => ({ model: place.model, folder: place.folder, ...modelOf(place, world) }))
  const [only] = models
  const lines =
    models.length === 1
      ? [`model: ${scalar(only!.model)}`, ...only!.lines]
      : ['models:', ...models.flatMap(one => [`  ${scalar(one.model)}:`, ...indented(one.lines, '    ')])]
  const questions = lines.filter(line => QUESTION.test(line)).length
  const environments = environmentsOf(repository, models)
  return { path: CONFIG_FILE, text: `${lines.join('\n')}\n`, questions, environments }
}

// --- internal ---

interface World {
  places: readonly Place[]
  repository: Repository
  pipelines: ReadonlyMap<string, Pipeline>
  /** Files of the champion too. */
  all: readonly string[]
}

/** Its lines, and the commands among them. */
function modelOf(
  place: Place,
  { places, repository, pipelines, all }: World,
): { lines: string[]; runs: string[] } {
  const pipeline = pipelines.get(place.folder)
  const predictions = predictionsOf(place, repository)
  // Rows with their truth say more than the scores of a tool.
  const isWhole = predictions && 'is' in predictions && predictions.is.columns?.label !== undefined
  const read = isWhole ? undefined : evalResultOf(place, repository)
  const metrics = read ? undefined : metricFilesOf(place, repository, pipeline)
  const evaluated = read ?? (metrics || predictions ? undefined : unreadEvalOf(place, repository))
  const written = [
    ...(metrics && 'is' in metrics ? metrics.is : []),
    ...(predictions && 'is' in predictions ? [predictions.is.file] : []),
    ...(evaluated && 'is' in evaluated ? [evaluated.is.file] : []),
  ]
  const ways = commandsOf(place, repository, { written, pipeline })
  const commands = evaluated ? evalCommands(evaluated, ways) : ways
  const found = brought(place, { metrics, predictions, train: commands.train }, repository)
  const numbers = numbersOf(place, repository, {
    ...found,
    evaluated,
    numbers: metricsIn(place, repository, metrics),
  })
  const runs = [found.train, commands.evaluate].flatMap(answer =>
    answer && 'is' in answer ? [answer.is] : [],
  )
  const lines = [
    ...keyed('train', found.train, commandScalar),
    ...keyed('evaluate', commands.evaluate, commandScalar),
    `paths: ${list(pathsOf(place, places, repository))}`,
    ...(found.seeds ? [`seeds: [${found.seeds.join(', ')}]   # trained once for each, with ASSAY_SEED`] : []),
    ...numbers.read,
    ...dataLines(place, repository, pipeline),
    'gates:',
    '  # How much worse than the champion is still acceptable is your decision: change the margin.',
    ...indented(numbers.gate, '  '),
    ...championLines(place, all),
  ]
  return { lines, runs }
}

/** The numbers of the candidate's metrics, or of each file that may be its; of what MLflow has, the names alone. */
function metricsIn(
  place: Place,
  { metrics, texts }: Repository,
  answer: ReturnType<typeof metricFilesOf>,
): FoundNumbers[] {
  if (answer && 'is' in answer)
    return [new Map(answer.is.flatMap(file => [...(metrics.get(file)?.numbers ?? [])]))]
  if (answer) return answer.files.flatMap(file => metrics.get(file)?.numbers ?? [])
  const stored = place.files.flatMap(
    file => /(?:^|\/)mlruns\/[^/]+\/[^/]+\/metrics\/(.+)$/.exec(file)?.[1] ?? [],
  )
  const logged = place.files.flatMap(file =>
    [...(texts.get(file) ?? '').matchAll(/\blog_metric\(\s*["']([\w./-]+)["']/g)].map(([, name]) => name!),
  )
  return stored.length + logged.length > 0
    ? [new Map([...stored, ...logged].map(name => [name, { value: 0, hasError: false }]))]
    : []
}

function dataLines(
  { folder, files }: Place,
  repository: Repository,
  pipeline: Pipeline | undefined,
): string[] {
  const lock = within(folder, 'dvc.lock')
  const tracked = files.filter(file => /[^/]\.dvc$/.test(file)).slice(0, 20)
  const data = [...(repository.files.includes(lock) ? [lock] : []), ...tracked]
  const named = (pipeline?.params ?? ['params.yaml', 'conf/base/parameters.yml']).map(file =>
    within(folder, file),
  )
  const parameters = named.find(file => repository.files.includes(file))
  return [
    ...(parameters === undefined ? [] : [`parameters: ${scalar(parameters)}`]),
    ...(data.length > 0 ? [`data: ${list(data)}`] : []),
    ...(data.length > 0
      ? [
          `# dvc: { pull: ${tracked.length > 0 ? list(tracked) : 'true'} }   # \`dvc pull\` of this before training`,
        ]
      : []),
  ]
}

function championLines({ folder }: Place, all: readonly string[]): string[] {
  const champion = within(folder, 'champion')
  if (all.some(file => file.replace(/^(\.?\/)+/, '').startsWith(`${champion}/`)))
    return [`champion: ${scalar(champion)}`]
  return [
    `# champion: ${scalar(champion)}`,
    '# ^ a folder with the same files, made by the model that serves now, or `{ run: … }`, a command that evaluates it.',
    '#   Until there is one, the gate cannot tell.',
  ]
}
