import { AssayError, isAssayError, type Problem } from '../../core/errors/errors.ts'
import { tidyPath } from '../../core/text/relative-path.ts'
import type { Context } from '../command/context.ts'
import type { ModelWork, Project } from '../project/project.ts'
import { namedBaseline } from './baselines/named-baseline.ts'

/**
 * That the folders a run is given can be used together: the champion that was named is there, and reports are not written among
 * its files. Asked before anything is run, all problems at once.
 *
 * @throws AssayError `USAGE`
 */
export async function checkFolders(
  context: Context,
  project: Project,
  selected: readonly ModelWork[],
  { output, baseline }: { output: string; baseline?: string | undefined },
): Promise<void> {
  const champions: { path: string; whose: string }[] = []
  const problems: Problem[] = []
  try {
    const named = baseline === undefined ? undefined : await namedBaseline(context, project, baseline)
    if (named && 'path' in named)
      champions.push({ path: named.path, whose: 'the folder that `baseline` names' })
  } catch (error) {
    if (!isAssayError(error, 'USAGE')) throw error
    problems.push(...error.problems)
  }
  for (const { model, config } of selected)
    if (config.champion && 'path' in config.champion)
      champions.push({ path: config.champion.path, whose: `the folder of the champion of ${model}` })
  for (const { path, whose } of champions) {
    const written = [output, ...selected.map(({ model }) => `${output}/${model}`)]
    if (!written.some(folder => isWithin(tidyPath(folder), tidyPath(path)))) continue
    problems.push({
      what: `\`${output}\` is no place for reports: they would lie in ${whose}, \`${path}\`, and count as its files`,
      fix: 'name a folder of its own with --output',
    })
  }
  if (problems.length === 0) return
  throw new AssayError({ code: 'USAGE', title: 'The folders of this run do not go together', problems })
}

// --- internal ---

function isWithin(folder: string, other: string): boolean {
  return folder === other || folder.startsWith(`${other}/`)
}
