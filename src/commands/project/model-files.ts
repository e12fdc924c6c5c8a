import type { ModelConfig } from '../../core/config/config.ts'
import { isOfPattern } from '../../core/inputs/versioned-file.ts'
import { filesOfPattern } from '../../services/files/pattern-files.ts'

/** The files that hold a version's numbers, each once, as the configuration names them, by paths or patterns. */
export function outputsOf(config: ModelConfig): string[] {
  const files = [
    ...config.metrics.map(entry => entry.file),
    ...(config.predictions ? [config.predictions.file] : []),
    ...(config.folds ? [config.folds.file] : []),
  ]
  return [...new Set(files)]
}

/** Those of some files that the configuration names. */
export function outputsAmong(config: ModelConfig, files: Iterable<string>): string[] {
  const named = outputsOf(config)
  return [...files].filter(file => named.some(output => isOfPattern(output, file)))
}

/** The files in a folder that the configuration names. */
export function outputsIn(folder: string, config: ModelConfig): string[] {
  return outputsOf(config).flatMap(output => filesOfPattern(folder, output))
}

/** The model's files that exist there. */
export function only(config: ModelConfig, present: string[]): ModelConfig {
  const isThere = (entry: { file: string }) => present.some(file => isOfPattern(entry.file, file))
  return {
    ...config,
    metrics: config.metrics.filter(isThere),
    predictions: config.predictions && isThere(config.predictions) ? config.predictions : undefined,
    folds: config.folds && isThere(config.folds) ? config.folds : undefined,
  }
}

/** The model's files under the champion's folder: at the same relative path, else by file name. */
export function under(config: ModelConfig, path: string, folder: string): ModelConfig {
  const fileIn = (file: string) => {
    const same = `${path}/${file}`
    return filesOfPattern(folder, same).length > 0 ? same : `${path}/${file.split('/').at(-1)}`
  }
  const moved = {
    ...config,
    metrics: config.metrics.map(entry => ({ ...entry, file: fileIn(entry.file) })),
    predictions: config.predictions && { ...config.predictions, file: fileIn(config.predictions.file) },
    folds: config.folds && { ...config.folds, file: fileIn(config.folds.file) },
  }
  const files = outputsIn(folder, moved)
  return files.length > 0 ? only(moved, files) : moved
}
