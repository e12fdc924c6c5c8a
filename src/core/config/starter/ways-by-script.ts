import { tidyPath } from '../../text/relative-path.ts'
import { environmentOf } from './installs.ts'
import { fromFolder, inCommand } from './path-words.ts'
import { installedScripts } from './recipes.ts'
import { folderOf, nameOf, type Place, type Repository, within } from './repository.ts'
import { shellLines } from './shell-lines.ts'
import { isStarted, NAMES, scriptsOf, type Way, WORDS, type Work, type World, wayOf } from './ways.ts'

/** Ways that a script or a README shows. */

export function byShellScript(work: Work, { place, repository }: World): Way[] {
  return scriptsOf(place, /\.sh$/)
    .filter(file =>
      (work === 'train' ? /train|fit|^(run|launch|start|submit)/i : /eval|predict/i).test(nameOf(file)),
    )
    .filter(file => WORDS[work].test(repository.texts.get(file) ?? '') || WORDS[work].test(nameOf(file)))
    .map(file => wayOf(file, place, repository))
}

/** As a README has it, where the script that it starts is there. */
export function byReadme(work: Work, { place, repository, written }: World): Way[] {
  const readmes = [...repository.texts].filter(([file]) => /^README/i.test(nameOf(file)))
  const lines = readmes.flatMap(([file, text]): Way[] => {
    const folder = folderOf(file)
    if (folder !== place.folder && folder !== '') return []
    return shellLines(
      text,
      installedScripts(repository.texts.get(within(place.folder, 'pyproject.toml')) ?? ''),
    )
      .filter(
        line => LINES[work].test(line) && (work === 'evaluate' || !NAMES.evaluate.test(scriptName(line))),
      )
      .flatMap((line): Way[] => {
        const script =
          /[\w./-]+\.(?:py|sh|R|jl|[mc]?js|ipynb)\b/.exec(line)?.[0] ?? installedIn(line, place, repository)
        const path = script === undefined ? undefined : within(folder, script.replace(/^\.\//, ''))
        const isTool = work === 'evaluate' && EVALUATES.test(line)
        if (isTool) return [{ run: `${fromFolder(folder)}${line}`, text: line, names: [] }]
        if (path === undefined) return []
        if (!place.files.includes(path) && installedIn(line, place, repository) === undefined) return []
        return [
          {
            run: `${fromFolder(folder)}${line}`,
            text: repository.texts.get(path) ?? '',
            names: [script!],
            isOpen: isElsewhere(line, written),
          },
        ]
      })
  })
  const plain = new Set(
    byScript(work, { place, repository, pipeline: undefined, written: [] }).map(({ run }) => run),
  )
  return lines
    .filter(({ run }) => plain.has(run))
    .slice(0, 1)
    .concat(lines.some(({ run }) => plain.has(run)) ? [] : lines)
}

export function byScript(work: Work, { place, repository }: World): Way[] {
  const scripts = scriptsOf(place, /\.(py|R|jl|[mc]?js)$/)
  const isNamed = (pattern: RegExp) =>
    scripts.filter(file => pattern.test(nameOf(file).replace(/\.\w+$/, '')))
  const found = isNamed(NAMES[work]).length > 0 ? isNamed(NAMES[work]) : isNamed(WORDS[work])
  // What is nearest to the top is started; what lies below is its parts.
  const nearest = found.filter(file => file.split('/').length === found[0]!.split('/').length)
  const starts = nearest.filter(file => !file.endsWith('.py') || isStarted(repository.texts.get(file)))
  if (starts.length > 0 || work === 'evaluate') return starts.map(file => wayOf(file, place, repository))
  // What nothing starts may be started by something else.
  const starters = nearest.length === 1 ? startersOf(nearest[0]!, place, repository) : []
  if (starters.length === 1) return starters.map(file => wayOf(file, place, repository))
  return nearest.map(file => ({ ...wayOf(file, place, repository), isOpen: true }))
}

export function byNotebook(work: Work, { place, repository }: World): Way[] {
  const { packages } = environmentOf(repository, place.folder)
  return scriptsOf(place, /\.ipynb$/)
    .filter(file => WORDS[work].test(nameOf(file)) && !/out(put)?s?\/|[._-]out(put)?\.ipynb$/.test(file))
    .map(file => {
      const to = file.replace(/\.ipynb$/, '.out.ipynb')
      const run = /papermill/.test(packages)
        ? `papermill ${inCommand(file)} ${inCommand(to)}`
        : `jupyter nbconvert --to notebook --execute --output ${inCommand(nameOf(to))} ${inCommand(file)}`
      return { run, text: '', names: [file] }
    })
}

/** Where no name tells: what trains by what stands in it. */
export function byContent({ place, repository }: World): Way[] {
  const flows = scriptsOf(place, /\.py$/).filter(file =>
    /\(FlowSpec\)/.test(repository.texts.get(file) ?? ''),
  )
  if (flows.length > 0)
    return flows.map(file => wayOf(file, place, repository)).map(way => ({ ...way, run: `${way.run} run` }))
  const trains = /\.fit\(|\b(?:lgb|xgb|lightgbm|xgboost)\.train\(|\bTrainer\(|\.backward\(\)|\.train\(\)/
  const found = scriptsOf(place, /\.py$/).filter(file => trains.test(repository.texts.get(file) ?? ''))
  const started = found.filter(file => isStarted(repository.texts.get(file)))
  return started.map(file => wayOf(file, place, repository))
}

// --- internal ---

/** Scripts that import a module, and do something where they are started. */
function startersOf(module: string, place: Place, { texts }: Repository): string[] {
  const name = module.replace(/\.py$/, '').replaceAll('/', '.')
  const imports = new RegExp(
    `^\\s*(?:from|import)\\s+(?:${name.replaceAll('.', '\\.')}|${name.split('.').at(-1)})\\b`,
    'm',
  )
  return scriptsOf(place, /\.py$/).filter(file => {
    const text = texts.get(file) ?? ''
    return file !== module && imports.test(text) && isStarted(text)
  })
}

/** The command of the package that a line starts: `poetry run credit train`. */
function installedIn(line: string, { folder }: Place, { texts }: Repository): string | undefined {
  const program = /^(?:(?:uv|poetry|pdm|pixi|pipenv|hatch) run )?([\w-]+)\b/.exec(line)?.[1]
  return installedScripts(texts.get(within(folder, 'pyproject.toml')) ?? '').find(name => name === program)
}

/** A line that has its results written to another folder than they lie in is one for a reader to change. */
function isElsewhere(line: string, written: readonly string[]): boolean {
  const folder = /--(?:output|out|save|results?)[-_]?(?:dir|folder|path)?[ =]["']?([^\s"']+)/.exec(line)?.[1]
  if (folder === undefined || written.length === 0) return false
  const set = new Map([...line.matchAll(/export (\w+)=(\S+)/g)].map(([, name, value]) => [name!, value!]))
  const path = tidyPath(folder.replace(/\$\{?(\w+)\}?/g, (whole, name) => set.get(name) ?? whole))
  return folder.startsWith('/') || !written.some(file => file.startsWith(`${path}/`) || file === path)
}

/** In a command that a README shows. */
const LINES: Record<Work, RegExp> = { train: /train|fine-?tune|\bfit\b/i, evaluate: /eval/i }

/** A tool that does it by itself. */
const EVALUATES =
  /^(?:\w+ run |npx (?:--yes |-y )?)?(?:promptfoo(?:@\S+)? eval|inspect eval|lm[_-]eval|deepeval test run)\b/

function scriptName(line: string): string {
  return nameOf(/[\w./-]+(?=\.(?:py|sh)\b)/.exec(line)?.[0] ?? '')
}
