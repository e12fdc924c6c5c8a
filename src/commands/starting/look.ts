import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isEvalByName, isMetricsByName, isTableByName } from '../../core/config/starter/outputs.ts'
import {
  type EvalResult,
  type FoundMetrics,
  isTold,
  ownFiles,
  type Repository,
  type Table,
  type UnreadEval,
} from '../../core/config/starter/repository.ts'
import { isAssayError } from '../../core/errors/errors.ts'
import { type Pipeline, readPipeline } from '../../core/inputs/dvc/pipeline.ts'
import type { Aggregate } from '../../core/inputs/evaluation.ts'
import { parseMetricsFile } from '../../core/inputs/metrics-file/metrics-file.ts'
import { readInside } from '../../services/files/files.ts'
import { readDvcText } from '../project/dvc-text.ts'
import { evalResultIn } from './eval-result.ts'
import { headOf } from './table-head.ts'

/** What `init` looks at of a folder, each in bounds: a repository of any size is looked at in a second or two. */

const MAX_METRICS_BYTES = 1024 * 1024
const MAX_TEXT_BYTES = 256 * 1024
const MOST_TEXTS = 400
const MOST_TABLES = 40
const MOST_METRICS = 100
const MOST_EVALS = 40
const MOST_INSTEAD = 5

/** Paths of files, relative, some folders deep; those near the top first. */
export async function listFiles(folder: string): Promise<string[]> {
  const found: string[] = []
  const visit = async (paths: string[], depth: number): Promise<void> => {
    const folders: string[] = []
    for (const path of paths) {
      let files = 0
      const entries = await readdir(join(folder, path), { withFileTypes: true })
      for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
        const name = path === '' ? entry.name : `${path}/${entry.name}`
        if (entry.isDirectory() && !SKIPPED.test(entry.name)) folders.push(name)
        else if (entry.isFile() && files++ < MOST_IN_FOLDER && found.length < MOST_FILES) found.push(name)
      }
    }
    if (depth > 0 && folders.length > 0) await visit(folders.slice(0, MOST_FOLDERS), depth - 1)
  }
  await visit([''], DEPTH)
  return found
}

/** The repository as far as it can be read; what cannot be is left out, and `check` says what is wrong with it. */
export async function lookAt(
  folder: string,
  name: string,
  files: string[],
): Promise<{ repository: Repository; pipelines: Map<string, Pipeline> }> {
  const own = ownFiles(files)
  const texts = new Map<string, string>()
  for (const file of own.filter(isTold).slice(0, MOST_TEXTS)) {
    const bytes = await bytesOf(folder, file, MAX_TEXT_BYTES)
    if (bytes) texts.set(file, new TextDecoder().decode(bytes))
  }
  const evals = new Map<string, EvalResult>()
  const unread = new Map<string, UnreadEval>()
  for (const file of own.filter(isEvalByName).slice(0, MOST_EVALS)) {
    const result = await evalResultIn(folder, file)
    if (result && 'why' in result) unread.set(file, result)
    else if (result) evals.set(file, result)
  }
  const others = own.filter(file => !evals.has(file) && !unread.has(file))
  const metrics = new Map<string, FoundMetrics>()
  for (const file of others.filter(isMetricsByName).slice(0, MOST_METRICS)) {
    const numbers = await metricsIn(folder, file)
    if (numbers) metrics.set(file, numbers)
  }
  const tables = new Map<string, Table>()
  for (const file of others.filter(isTableByName).slice(0, MOST_TABLES)) {
    const head = await headOf(folder, file)
    if (head) tables.set(file, head)
  }
  const pipelines = new Map<string, Pipeline>()
  for (const file of own.filter(file => /(^|\/)dvc\.yaml$/.test(file))) {
    const text = await readDvcText(folder, file)
    if (text !== undefined) pipelines.set(file.replace(/\/?dvc\.yaml$/, ''), readPipeline(text))
  }
  return { repository: { name, files, texts, tables, metrics, evals, unread }, pipelines }
}

// --- internal ---

const SKIPPED =
  /^(node_modules|\.git|\.venv|venv|env|__pycache__|site-packages|\.tox|\.nox|\..*_cache|\.ipynb_checkpoints|\.dvc|\.terraform|assay-result|assay-demo)$/
const DEPTH = 5
const MOST_FILES = 5000
const MOST_IN_FOLDER = 200
const MOST_FOLDERS = 500

async function bytesOf(folder: string, file: string, maxBytes: number): Promise<Uint8Array | undefined> {
  try {
    return (await readInside(folder, file, { maxBytes })).bytes
  } catch (error) {
    if (isAssayError(error, 'FILE_NOT_FOUND', 'FILE_REFUSED', 'FILE_TOO_LARGE')) return undefined
    throw error
  }
}

/** None of a file that the loader refuses; undefined where it has no number. */
async function metricsIn(folder: string, file: string): Promise<FoundMetrics | undefined> {
  const bytes = await bytesOf(folder, file, MAX_METRICS_BYTES)
  if (!bytes) return undefined
  try {
    const read = parseMetricsFile(bytes, file)
    // What is a standard error is no metric of its own.
    const numbers = new Map(
      [...read.metrics]
        .filter(([name]) => !read.spent.has(name))
        .map(([name, value]) => [name, { value, hasError: isExact(read.aggregates.get(name)) }]),
    )
    // A file of metrics without a number is told by `check`; of any other name it is none.
    if (numbers.size === 0 && !/(metrics?|scores?)\.\w+$/i.test(file)) return undefined
    const without = [...read.without].map(([name, { why }]) => `${name}   ${why}`)
    return {
      numbers,
      instead: numbers.size === 0 ? without.slice(0, MOST_INSTEAD) : [],
      hasOtherRows: read.hasOtherRows,
    }
  } catch (error) {
    if (isAssayError(error, 'METRICS_INVALID'))
      return { numbers: new Map(), instead: [error.problems[0]!.what], hasOtherRows: false }
    throw error
  }
}

function isExact(known: Aggregate | undefined): boolean {
  return known?.stderr !== undefined && known.stderr > 0
}
