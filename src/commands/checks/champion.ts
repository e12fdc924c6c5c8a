import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '../../ci/workflows/findings.ts'
import type { ModelConfig } from '../../core/config/config.ts'
import { isOfName } from '../../core/inputs/versioned-file.ts'
import { maskPersonalData } from '../../core/secrets/secrets.ts'
import { filesIn } from '../model/baselines/champion-folder.ts'
import type { Project } from '../project/project.ts'

/** What the champion's folder lacks, here or in git, where a pull request reads it: the gates would only say that they cannot tell. */
export async function championFindings(
  folder: string,
  { config, removed, repository }: Project,
): Promise<Finding[]> {
  const head = await repository?.headCommit()
  const findings: Finding[] = []
  for (const [name, model] of Object.entries(config.models)) {
    if (removed.includes(name) || !model.champion || !('path' in model.champion)) continue
    const { path } = model.champion
    const tracked = repository && head !== undefined ? await repository.listFilesAt(head, path) : undefined
    const lacks = lacking(folder, model, path, tracked)
    if (lacks) findings.push({ level: 'warning', text: `${name}: ${maskPersonalData(lacks)}` })
  }
  return findings
}

// --- internal ---

/** @param tracked what git has below the folder */
function lacking(
  folder: string,
  config: ModelConfig,
  path: string,
  tracked: readonly string[] | undefined,
): string | undefined {
  const shown = `the champion's folder ${path}`
  if (!existsSync(join(folder, path))) return `${shown} does not exist yet: gates on it will be inconclusive`
  const files = filesIn(folder, config, path)
  if (files.length === 0)
    return `${shown} holds none of the files that the evaluation writes: gates on it will be not comparable, which fails`
  const rows = config.predictions?.file.split('/').at(-1)
  if (rows !== undefined && !files.some(file => isOfName(rows, file.split('/').at(-1)!)))
    return `${shown} has no ${rows}: nothing will be compared row by row`
  const missing = files.filter(file => !tracked?.includes(file))
  // A folder of which git has nothing is put there by a step of the job.
  if (!tracked || missing.length === 0 || missing.length === files.length) return undefined
  return `${missing.join(', ')}: git does not have it, so a pull request does not find it there: commit it (\`git add --force\` where \`.gitignore\` names it)`
}
