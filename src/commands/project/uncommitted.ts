import type { Config } from '../../core/config/config.ts'
import { maskPersonalData } from '../../core/secrets/secrets.ts'
import type { Repository } from '../../services/git/git.ts'
import { outputsAmong } from './model-files.ts'

/**
 * Files that a commit does not hold as they lie here, before anything is run: tracked ones that differ, and the configuration
 * and scripts of commands where git does not have them. What commands write (the files of metrics, predictions and folds, the
 * output folder, DVC's own) is no change of theirs.
 */
export async function uncommittedFiles(
  repository: Repository,
  config: Config,
  { config: file, output }: { config: string; output?: string },
): Promise<string[]> {
  const modelConfigs = Object.values(config.models)
  const named = [file, ...modelConfigs.flatMap(config => [...config.metric_code, ...namedIn(config)])]
  const found = await repository.uncommitted([...new Set(named)])
  const folders = ['.dvc', ...(output === undefined ? [] : [output])]
  const written = new Set(modelConfigs.flatMap(one => outputsAmong(one, found)))
  return found.filter(path => !written.has(path) && !folders.some(folder => path.startsWith(`${folder}/`)))
}

/** The first few by name. */
export function listFiles(files: readonly string[]): string {
  const paths = files.map(maskPersonalData)
  const more = paths.length - MOST_NAMED
  return more > 0 ? `${paths.slice(0, MOST_NAMED).join(', ')} and ${more} more` : paths.join(', ')
}

// --- internal ---

const MOST_NAMED = 5
const SOURCE =
  /\.(py|ipynb|r|jl|sh|[cm]?[jt]s|rb|pl|lua|sql|go|rs|java|scala|ya?ml|toml|cfg|ini)$|^Makefile$/i

/** Words of the commands that name scripts or their settings; others may be what a command makes. */
function namedIn({ train, evaluate }: Config['models'][string]): string[] {
  return `${train?.run ?? ''} ${evaluate?.run ?? ''}`
    .split(/[\s'"`;&|()<>={},]+/)
    .map(word => word.replace(/^(\.\/)+/, ''))
    .filter(word => /^[\w.@+][\w./@+-]*$/.test(word) && SOURCE.test(word))
}
