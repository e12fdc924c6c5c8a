import type { Direction } from '../../inputs/evaluation.ts'
import type { EvalTool } from '../../inputs/file-options.ts'
import { RelativePath, tidyPath } from '../../text/relative-path.ts'

/**
 * What `assay init` has seen of a repository. Pure: the command lists files, reads the small ones that say how things are run,
 * and the heads of tables.
 */
export interface Repository {
  /** Name of the folder or repository. */
  name: string
  /** Paths of files, relative, some folders deep. */
  files: string[]
  /** By path: what is run, and by what (`isTold` says which). */
  texts: ReadonlyMap<string, string>
  /** By path: heads of tables that may be predictions. */
  tables: ReadonlyMap<string, Table>
  /** By path: what metric files say. */
  metrics: ReadonlyMap<string, FoundMetrics>
  /** By path: results of evaluation tools, whatever their files are called. */
  evals: ReadonlyMap<string, EvalResult>
  /** By path: those that are there, and that their readers refuse. */
  unread: ReadonlyMap<string, UnreadEval>
}

/** What a metric file says. */
export interface FoundMetrics {
  /** None where the loader refuses the file. */
  numbers: FoundNumbers
  /** Where it has none: what its keys are instead, or why it is refused, each in a line. */
  instead: readonly string[]
  /** It is a table of several rows that no step of a training tells apart: none of them is the last. */
  hasOtherRows: boolean
}

/** Numbers by name. */
export type FoundNumbers = ReadonlyMap<string, FoundNumber>

export interface FoundNumber {
  value: number
  /** Whether the file says beside it how exact it is. */
  hasError: boolean
}

/** What an evaluation tool left, as its reader takes it. */
export interface EvalResult {
  from: EvalTool
  /** What a gate may name. */
  metrics: string[]
  /** Those of which the file shows that a lower one passes. */
  lower: readonly string[]
}

/** A result that the tool's reader refuses, as it does a run that did not end. */
export interface UnreadEval {
  from: EvalTool
  why: string
}

/** The head of a table: cells as text, in the spelling of the loader. */
export interface Table {
  columns: string[]
  rows: string[][]
  /** What `columnGuesses` made of it and the loader took. */
  held?: Columns
}

/** What the columns of predictions are. What is not known is left out. */
export interface Columns {
  id?: string
  label?: string
  score?: string
  prediction?: string
  /** The columns of a score per class: `proba_*`, or by the class. */
  probabilities?: string | Record<string, string>
  /** Scores of rows that have no truth, and which way each improves. */
  values?: Record<string, Direction>
  /** The class that the score is of, where its name says so. */
  positive?: string
  task?: 'binary' | 'multiclass' | 'regression'
  /** Which columns could be the label or the score, where several could. */
  labels?: MaybeColumn[]
  scores?: MaybeColumn[]
  /** The two classes, where a score is of one of them and nobody said of which. */
  classes?: string[]
}

export interface MaybeColumn {
  column: string
  /** What speaks for it; empty where nothing does. */
  says: string
}

/** A model of the repository: where it lives. */
export interface Place {
  model: string
  /** Its folder; empty where the repository is one model. */
  folder: string
  /** Its files, by their paths in the repository. */
  files: string[]
  /** The one script of it, where the scripts of several models lie beside each other. */
  script?: string
}

/** What is known of a key: its value, or what to ask; nothing where the key is not needed. */
export type Answer<T> = { is: T } | Asked | undefined

export interface Asked {
  ask: string
  /** What could be the answer, each in a line. */
  found: string[]
  /** The files among it. */
  files: string[]
}

/** The repository's own files, as the configuration spells them: without what the champion and Assay itself left there. */
export function ownFiles(files: readonly string[]): string[] {
  const tidy = files.filter(file => RelativePath.safeParse(file).success).map(tidyPath)
  return [...new Set(tidy)]
    .filter(file => !/^(champion|assay-result|assay-demo)\//.test(file))
    .toSorted(byDepth)
}

/** Whether a file tells how something is run, installed or written. */
export function isTold(file: string): boolean {
  const name = nameOf(file)
  if (/(^|\/)(tests?|docs|node_modules)\//.test(file) || /^test_|_test\.py$|^conftest\.py$/.test(name))
    return false
  return (
    /\.(py|sh|[mc]?js|R|jl)$/.test(name) ||
    /^(GNUmakefile|[Mm]akefile|\.?[Jj]ustfile|Taskfile\.ya?ml|pyproject\.toml|pixi\.toml|package\.json|MLproject|Snakefile|dvc\.yaml)$/.test(
      name,
    ) ||
    /(^|\/)conf\/base\/catalog[\w-]*\.ya?ml$/.test(file) ||
    /^((environment|conda)\.ya?ml|requirements[\w-]*\.txt|\.python-version|README(\.(md|rst|txt))?)$/i.test(
      name,
    )
  )
}

export function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1)
}

export function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : ''
}

/** A file of a folder, by its path in the repository. */
export function within(folder: string, file: string): string {
  return folder === '' ? file : `${folder}/${file}`
}

// --- internal ---

function byDepth(a: string, b: string): number {
  return a.split('/').length - b.split('/').length || (a < b ? -1 : 1)
}
