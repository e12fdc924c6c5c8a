import type { Pipeline } from '../../inputs/dvc/pipeline.ts'
import { environmentOf } from './installs.ts'
import { type Answer, nameOf, type Place, type Repository } from './repository.ts'
import { wholeCommand } from './shell-lines.ts'
import { isStarted, scriptsOf, type Way, type Work, type World, wayOf, writes } from './ways.ts'
import { byContent, byNotebook, byReadme, byScript, byShellScript } from './ways-by-script.ts'
import { byEntry, byInstalled, byRecipe, byStages, byWorkflow, tasksOf } from './ways-by-task.ts'

/** How a model is trained and evaluated, by whatever the repository says of it. */

export interface Commands {
  train: Answer<string>
  /** None where training does that too, or nothing else is there. */
  evaluate: Answer<string>
}

/**
 * @param written the files that numbers are read from: what writes them is a part of the way
 * @param pipeline what the model's `dvc.yaml` names
 */
export function commandsOf(
  place: Place,
  repository: Repository,
  { written, pipeline }: { written: readonly string[]; pipeline: Pipeline | undefined },
): Commands {
  const world: World = { place, repository, pipeline, written }
  const trainings = waysTo('train', world)
  const [training] = trainings
  const evaluations = training?.isWhole ? [] : evaluationsAfter(training, world)
  const [evaluation] = evaluations
  if (evaluation?.isWhole) return { train: answerOf([evaluation], 'train', world), evaluate: undefined }
  // Whose answers such a tool judges is a prompt or an agent, and nothing here trains it.
  const isJudged = evaluation !== undefined && JUDGES.test(`${evaluation.run}\n${evaluation.text}`)
  return {
    train: training === undefined && isJudged ? undefined : answerOf(trainings, 'train', world),
    evaluate: evaluations.length === 0 ? undefined : answerOf(evaluations, 'evaluate', world),
  }
}

// --- internal ---

const MOST_WAYS = 5
const JUDGES = /\b(?:promptfoo(?:@\S+)? eval|inspect eval|deepeval test run)\b/

type Source = (work: Work, world: World) => Way[]

const SOURCES: Source[] = [
  byStages,
  byRecipe,
  byWorkflow,
  byEntry,
  byInstalled,
  byShellScript,
  byReadme,
  byScript,
  byNotebook,
]

/** What evaluates, where training does not do it. Without such a name it is what writes the files, where training does not. */
function evaluationsAfter(training: Way | undefined, world: World): Way[] {
  const { written, place, repository } = world
  const isNamedIn = (text: string) => written.some(file => text.includes(nameOf(file)))
  const isWriter = ({ text }: Way) => written.some(file => writes(text, nameOf(file)))
  const isAllDone = written.length > 0 && written.every(file => training?.text.includes(nameOf(file)))
  const named = waysTo('evaluate', world)
  if (named.some(({ names }) => names.some(name => training?.text.includes(name)))) return []
  if (named.length > 0) return isAllDone && named.some(({ isOpen }) => isOpen) ? [] : named
  if (training === undefined || isNamedIn(training.text)) return []
  const others = scriptsOf(place, /\.py$/)
    .filter(file => !training.names.includes(nameOf(file)) && isStarted(repository.texts.get(file)))
    .map(file => wayOf(file, place, repository))
  const writers = others.filter(way => isWriter(way) && !training.text.includes(way.names[0]!))
  return writers.length === 1 ? writers : []
}

/** By the first source that knows of any whole one. */
function waysTo(work: Work, world: World): Way[] {
  for (const source of SOURCES) {
    const found = source(work, world).filter(({ run }) => wholeCommand(run) !== undefined)
    if (found.length > 0) return found
  }
  return work === 'train' ? byContent(world) : []
}

function answerOf(ways: Way[], work: Work, { repository, place }: World): Answer<string> {
  const { prefix, tool } = environmentOf(repository, place.folder)
  const runs = [
    ...new Set(ways.map(({ run, text }) => (text.includes(`${tool} run`) ? run : prefixed(run, prefix)))),
  ]
  if (runs.length === 1 && !ways[0]!.isOpen) return { is: tolerant(runs[0]!, ways[0]!) }
  const what = work === 'train' ? 'Which command trains the model?' : 'Which command evaluates it?'
  if (runs.length === 0)
    return {
      ask:
        work === 'train'
          ? `${what} Nothing here says so; where nothing is trained, take the line out.`
          : what,
      found: tasksOf(place, repository),
      files: [],
    }
  return {
    ask: ways[0]!.isOpen && runs.length === 1 ? `${what} This as it stands is not all:` : what,
    found: runs.slice(0, MOST_WAYS),
    files: [],
  }
}

/** promptfoo ends with an error where a test fails: which failures count is for the gates to say. */
function tolerant(run: string, { text }: Way): string {
  const isItsOwn = /\bpromptfoo(@\S+)? eval\b/.test(`${run}\n${text}`)
  return isItsOwn && !`${run}${text}`.includes('||') ? `${run} || true` : run
}

/** Started in the environment of the project: the last part of a line is what is run. */
function prefixed(run: string, prefix: string): string {
  const parts = run.split(' && ')
  const last = parts.pop()!
  const isOurs =
    /^(python3?|accelerate|torchrun|papermill|mlflow|dvc|make|bash|sh|just|poe|jupyter|invoke|kedro|snakemake) /.test(
      last,
    )
  return [...parts, isOurs ? `${prefix}${last}` : last].join(' && ')
}
