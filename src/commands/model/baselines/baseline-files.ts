import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelConfig } from '../../../core/config/config.ts'
import { isAssayError, positionWords } from '../../../core/errors/errors.ts'
import type { Evaluation } from '../../../core/inputs/evaluation.ts'
import { maskPersonalData } from '../../../core/secrets/secrets.ts'
import type { Absence } from '../../../core/verdict/gates/inputs.ts'
import type { Against } from '../../../core/verdict/result.ts'
import type { ReadEvaluation } from '../read-evaluation.ts'

/** A version that the candidate is weighed against, or why there is none; and what is to be told of it. */
export type Baseline = { warnings: string[] } & (
  | { evaluation: Evaluation; absent?: undefined }
  | { evaluation?: undefined; absent: Absence }
)

export type Baselines = Record<Against, Baseline>

/** None, and nothing went wrong: there is nothing to be read. */
export function none(reason: string): Baseline {
  return { absent: { reason, broken: false }, warnings: [] }
}

/** The files that hold a version's numbers, each once. */
export function outputsOf(config: ModelConfig): string[] {
  const files = [
    ...config.metrics.map(entry => entry.file),
    ...(config.predictions ? [config.predictions.file] : []),
    ...(config.folds ? [config.folds.file] : []),
  ]
  return [...new Set(files)]
}

/** The model's files that exist there. */
export function only(config: ModelConfig, present: string[]): ModelConfig {
  return {
    ...config,
    metrics: config.metrics.filter(entry => present.includes(entry.file)),
    predictions:
      config.predictions && present.includes(config.predictions.file) ? config.predictions : undefined,
    folds: config.folds && present.includes(config.folds.file) ? config.folds : undefined,
  }
}

/** The model's files under the champion's folder: at the same relative path, else by file name. */
export function under(config: ModelConfig, path: string, folder: string): ModelConfig {
  const fileIn = (file: string) => {
    const same = `${path}/${file}`
    return existsSync(join(folder, same)) ? same : `${path}/${file.split('/').at(-1)}`
  }
  const moved = {
    ...config,
    metrics: config.metrics.map(entry => ({ ...entry, file: fileIn(entry.file) })),
    predictions: config.predictions && { ...config.predictions, file: fileIn(config.predictions.file) },
    folds: config.folds && { ...config.folds, file: fileIn(config.folds.file) },
  }
  const files = outputsOf(moved).filter(file => existsSync(join(folder, file)))
  return files.length > 0 ? only(moved, files) : moved
}

/** What was read of it. */
export function ofReading(against: Against, { evaluation, warnings }: ReadEvaluation): Baseline {
  return { evaluation, warnings: warnings.map(warning => `${against}: ${warning}`) }
}

/** Reads a baseline; one that cannot be read is absent with its reason, and then nothing may pass against it. */
export async function orAbsent(against: Against, read: () => Promise<Baseline>): Promise<Baseline> {
  try {
    return await read()
  } catch (error) {
    if (!isAssayError(error)) throw error
    const problems = maskPersonalData(
      error.problems.map(({ what, where }) => (where ? `${positionWords(where)}: ${what}` : what)).join('; '),
    )
    return {
      absent: { reason: `the ${against}'s files cannot be read: ${problems}`, broken: true },
      warnings: [`The ${against} was left out: ${problems}.`],
    }
  }
}
