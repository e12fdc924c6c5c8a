import type { Pipeline } from '../../inputs/dvc/pipeline.ts'
import { isNameable } from './path-words.ts'
import type { Recipe } from './recipes.ts'
import { nameOf, type Place, type Repository, within } from './repository.ts'
import { needsArguments, startOf } from './scripts.ts'

/** Ways to train or to evaluate, and what they are looked for by. */

export interface World {
  place: Place
  repository: Repository
  pipeline: Pipeline | undefined
  /** The files that numbers are read from. */
  written: readonly string[]
}

export type Work = 'train' | 'evaluate'

export interface Way {
  run: string
  /** All that it runs, as far as that can be read. */
  text: string
  /** What another text calls it by. */
  names: string[]
  /** It trains and evaluates. */
  isWhole?: boolean
  /** It cannot be started as it stands. */
  isOpen?: boolean
}

export const NAMES: Record<Work, RegExp> = {
  train: /^(train|training|fit|train[-_]?model|model[-_]?train|run[-_]?train(ing)?)$/i,
  evaluate:
    /^(evaluate|eval|evaluation|validate|validation|evaluate[-_]?model|model[-_]?eval(uation)?|run[-_]?eval(uation)?)$/i,
}
/** Looked at where nothing has one of the names. */
export const WORDS: Record<Work, RegExp> = {
  train: /train|fine_?-?tune|(^|[_-])fit([_-]|$)/i,
  evaluate: /(^|[_-])eval/i,
}

export function scriptsOf(place: Place, ending: RegExp): string[] {
  return place.files.filter(
    file =>
      (place.script === undefined || file === place.script) &&
      ending.test(file) &&
      isNameable(file) &&
      !/(^|\/)(tests?|docs|\.[^/]*)\/|(^|\/)test_[^/]*$/.test(file),
  )
}

export function wayOf(file: string, place: Place, repository: Repository): Way {
  const own = repository.texts.get(file) ?? ''
  const text = file.endsWith('.sh')
    ? textOf({ name: '', needs: [], body: own }, place.folder, repository.texts)
    : own
  const run = startOf(file, { folder: place.folder, texts: repository.texts, files: repository.files })
  return { run, text, names: [nameOf(file)], isOpen: file.endsWith('.py') && needsArguments(own) }
}

/** Whether a script does something where it is started: a module of functions and classes alone does not. */
export function isStarted(text: string | undefined): boolean {
  if (text === undefined || /__name__/.test(text) || !/^(?:async )?(?:def|class) /m.test(text)) return true
  return /^(?!print\()[A-Za-z_][\w.]*\(.*\)|^(?:for|with|while|if|try)\b/m.test(text)
}

/** Whether a script writes a file, as far as a line that names it says so. */
export function writes(text: string, name: string): boolean {
  return text
    .split('\n')
    .some(
      line =>
        line.includes(name) && /write|dump|save|to_(?:csv|parquet|json|markdown)|["'][wx]t?b?["']/.test(line),
    )
}

/** What a recipe says, and what the scripts say that it starts. */
export function textOf(recipe: Recipe, folder: string, texts: ReadonlyMap<string, string>): string {
  const started = scriptsIn(recipe).flatMap(script => texts.get(within(folder, script)) ?? [])
  return [recipe.name, recipe.body, ...started].join('\n')
}

export function scriptsIn({ body }: Recipe): string[] {
  return body.match(/[\w./-]+\.(?:py|ipynb|sh|R|jl|[mc]?js)\b/g) ?? []
}
