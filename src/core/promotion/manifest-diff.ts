import { createTwoFilesPatch } from 'diff'
import type { FileDifference } from './rollback.ts'

/** The difference of texts as `git diff` shows it, files by path; files that do not differ are left out. */
export function manifestDiff(changes: readonly FileDifference[]): string {
  return [...changes]
    .filter(({ before, after }) => before !== after)
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(diffOf)
    .join('')
}

// --- internal ---

/** Texts that differ in more lines than this are no edit of ours; finding the shortest difference would take long. */
const MOST_CHANGED_LINES = 2000

function diffOf({ path, before, after }: FileDifference): string {
  const [from, to] = [
    before === undefined ? '/dev/null' : `a/${path}`,
    after === undefined ? '/dev/null' : `b/${path}`,
  ]
  const patch = createTwoFilesPatch(from, to, before ?? '', after ?? '', undefined, undefined, {
    context: 3,
    maxEditLength: MOST_CHANGED_LINES,
  })
  if (patch === undefined) return `--- ${from}\n+++ ${to}\n@@ too much changed to be shown @@\n`
  return patch.replace(/^=+\n/, '').replaceAll(/^(---|\+\+\+) (.*?)\t?$/gm, '$1 $2')
}
