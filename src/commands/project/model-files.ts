import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelConfig } from '../../core/config/config.ts'

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
