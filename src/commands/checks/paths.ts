import type { Finding } from '../../ci/workflows/findings.ts'
import { visible } from '../../core/text/visible-text.ts'
import type { Project } from '../project/project.ts'

/** Globs of `paths` that match no file: misspelt, they let a model be skipped in pull requests that change it, which is green. */
export async function pathsFindings({
  config,
  removed,
  repository,
  uncommitted,
}: Project): Promise<Finding[]> {
  const head = await repository?.headCommit()
  if (!repository || head === undefined) return []
  const { matcherOf } = await import('../../core/git/paths.ts')
  const files = [...(await repository.listFilesAt(head, '')), ...uncommitted]
  const findings: Finding[] = []
  for (const [name, { paths }] of Object.entries(config.models)) {
    if (removed.includes(name)) continue
    const wanted = paths.filter(glob => !glob.startsWith('!'))
    const idle = wanted.filter(glob => !files.some(matcherOf([glob])))
    if (idle.length === 0) continue
    const skipped =
      idle.length === wanted.length ? ': every pull request skips this model, and its check is green' : ''
    const shown = idle.map(glob => `\`${visible(glob)}\``).join(', ')
    findings.push({
      level: 'warning',
      text: `${name}: no file in git matches ${shown} of \`paths\`${skipped} (correct it, or take it out)`,
    })
  }
  return findings
}
