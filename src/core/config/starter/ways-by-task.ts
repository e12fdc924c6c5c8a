import { environmentOf } from './installs.ts'
import { fromFolder, inCommand } from './path-words.ts'
import { closureOf, installedScripts, type Recipe, recipesOf, startedModules } from './recipes.ts'
import { folderOf, nameOf, type Place, type Repository, within } from './repository.ts'
import { NAMES, scriptsIn, textOf, type Way, WORDS, type Work, type World } from './ways.ts'

/** Ways that the files of a tool name: DVC, make, MLflow, what a package installs. */

export function byStages(work: Work, { place, repository, pipeline }: World): Way[] {
  if (work !== 'train' || !pipeline) return []
  const file = within(place.folder, 'dvc.yaml')
  const text = repository.texts.get(file) ?? ''
  const trains = pipeline.stages.some(stage => WORDS.train.test(stage)) || /train|\.fit\b/i.test(text)
  const run = place.folder === '' ? 'dvc repro' : `dvc repro ${inCommand(file)}`
  return trains || pipeline.stages.length === 0
    ? [{ run, text, names: [], isWhole: pipeline.stages.length > 0 }]
    : []
}

export function byRecipe(work: Work, { place, repository }: World): Way[] {
  const isOneOfSeveral = place.folder !== '' || place.script !== undefined
  const recipes = (folder: string, named: RegExp) =>
    filesIn(folder, repository).flatMap(file => recipesIn(file, repository, work, named))
  const own = place.script === undefined ? recipes(place.folder, NAMES[work]) : []
  if (own.length > 0) return own.slice(0, 1)
  // `train-churn`, in the folder above.
  return isOneOfSeveral ? recipes('', ofModel(work, place.model)) : loosely(work, place, repository)
}

/** A workflow that makes what is asked for anew where something has changed: Kedro, Snakemake. */
export function byWorkflow(work: Work, { place, repository }: World): Way[] {
  const { texts } = repository
  const from = fromFolder(place.folder)
  if (work !== 'train' || place.script !== undefined) return []
  const text = (file: string) => texts.get(within(place.folder, file))
  if (/^\[tool\.kedro\]/m.test(text('pyproject.toml') ?? ''))
    return [{ run: `${from}kedro run`, text: '', names: [], isWhole: true }]
  const rules = text('Snakefile') ?? text('workflow/Snakefile')
  if (rules === undefined) return []
  const all = textOf({ name: 'Snakefile', needs: [], body: rules }, place.folder, texts)
  return /train|fine-?tune|\bfit\b|\.fit\(/i.test(all)
    ? [{ run: `${from}snakemake --cores all`, text: all, names: [], isWhole: true }]
    : []
}

/** An `MLproject` of MLflow. */
export function byEntry(work: Work, { place, repository }: World): Way[] {
  const text = repository.texts.get(within(place.folder, 'MLproject'))
  if (place.script !== undefined) return []
  const entries = [...(text ?? '').matchAll(/^ {2,4}([\w-]+):\s*$/gm)].map(([, name]) => name!)
  const entry =
    entries.find(name => NAMES[work].test(name)) ??
    (work === 'train' ? entries.find(name => name === 'main') : undefined)
  const run = `mlflow run ${place.folder === '' ? '.' : inCommand(place.folder)} --env-manager=local -e ${entry}`
  return entry === undefined ? [] : [{ run, text: '', names: [] }]
}

export function byInstalled(work: Work, { place, repository }: World): Way[] {
  const text = repository.texts.get(within(place.folder, 'pyproject.toml')) ?? ''
  const isOf = (name: string) => place.script === undefined || name.includes(place.model)
  const names = installedScripts(text).filter(name => WORDS[work].test(name) && isOf(name))
  const { prefix } = environmentOf(repository, place.folder)
  const from = fromFolder(place.folder)
  const modules = startedModules(text)
  return names.map(name => {
    const run = `${from}${prefix}${name}`
    const module = modules.get(name)
    const script = module === undefined ? undefined : scriptOf(module, place)
    if (script === undefined) return { run, text: name, names: [name] }
    // What a module of several commands holds is not what one of them does.
    const isItsOwn = [...modules.values()].filter(one => one === module).length === 1
    const own = isItsOwn ? (repository.texts.get(script) ?? '') : ''
    return { run, text: `${name}\n${own}`, names: [name, nameOf(script)] }
  })
}

/** What else can be run there, whatever it does: a person may know it. */
export function tasksOf({ folder }: Place, repository: Repository): string[] {
  const { prefix } = environmentOf(repository, folder)
  const scripts = installedScripts(repository.texts.get(within(folder, 'pyproject.toml')) ?? '')
  const tasks = filesIn(folder, repository).flatMap(file => {
    const found = recipesOf(file, repository.texts.get(file)!)
    return (found?.recipes ?? [])
      .filter(({ name }) => isTask(name))
      .map(({ name }) => runnerIn(found!.runner, folder, name))
  })
  return [...scripts.map(name => `${prefix}${name}`), ...tasks].slice(0, MOST_TASKS)
}

// --- internal ---

const MOST_TASKS = 10

/** The file of a module, in the folder of the model or in its `src`. */
function scriptOf(module: string, { folder, files }: Place): string | undefined {
  const path = `${module.replaceAll('.', '/')}.py`
  return [path, `src/${path}`].map(file => within(folder, file)).find(file => files.includes(file))
}

/** No file that is made, and nothing that is about the code. */
function isTask(name: string): boolean {
  return !/[./]|(^|[-_:])(clean|install|test|tests|lint|format|docs|docker|image|setup|serve|deploy|data)\b/.test(
    name,
  )
}

/** A task with a word for it in its name, else one that starts what has. */
function loosely(work: Work, place: Place, repository: Repository): Way[] {
  const files = filesIn(place.folder, repository)
  const named = files.flatMap(file => recipesIn(file, repository, work, WORDS[work]))
  if (named.length > 0 || work === 'evaluate') return named
  const says = (body: string) => /train|fine-?tune|\bfit\b/i.test(body)
  return files.flatMap(file => {
    const recipes = recipesOf(file, repository.texts.get(file)!)?.recipes ?? []
    // `all` says nothing itself, and what it needs is files that are made.
    const starts = ({ name, needs, body }: Recipe) =>
      says(body) ||
      (body === '' &&
        needs.length > 0 &&
        closureOf(recipes, name).some(one => !isTask(one.name) && says(one.body)))
    const names = recipes.filter(recipe => isTask(recipe.name) && starts(recipe)).map(({ name }) => name)
    return names.length === 0
      ? []
      : recipesIn(
          file,
          repository,
          work,
          new RegExp(`^(?:${names.map(name => name.replace(/[^\w-]/g, '.')).join('|')})$`),
        )
  })
}

function ofModel(work: Work, model: string): RegExp {
  const name = model.replace(/[^A-Za-z0-9]/g, '.')
  const words = work === 'train' ? 'train' : 'eval(?:uate)?'
  return new RegExp(`^(?:${words}[-_:]${name}|${name}[-_:]${words})$`, 'i')
}

function filesIn(folder: string, { texts }: Repository): string[] {
  return [...texts.keys()].filter(file => folderOf(file) === folder)
}

function recipesIn(file: string, { texts }: Repository, work: Work, named: RegExp): Way[] {
  const found = recipesOf(file, texts.get(file)!)
  if (!found) return []
  const folder = folderOf(file)
  return found.recipes
    .filter(({ name }) => named.test(name) && isTask(name))
    .map(({ name }) => {
      const all = closureOf(found.recipes, name)
      return {
        run: runnerIn(found.runner, folder, name),
        text: all.map(recipe => textOf(recipe, folder, texts)).join('\n'),
        names: [name, ...all.filter(recipe => recipe.name === name).flatMap(scriptsIn)],
        isWhole: work === 'evaluate' && all.some(recipe => NAMES.train.test(recipe.name)),
      }
    })
}

function runnerIn(runner: string, folder: string, name: string): string {
  return runner === 'make' && folder !== ''
    ? `make -C ${inCommand(folder)} ${name}`
    : `${fromFolder(folder)}${runner} ${name}`
}
