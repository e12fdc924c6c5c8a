import { createTwoFilesPatch } from 'diff'
import type { FileDifference } from '../places/rollback.ts'
import { withHiddenValues } from './hidden-values.ts'

/**
 * The difference of texts as `git diff` shows it, files by path; files that do not differ are left out. Values that are secrets by
 * their kind or name are hidden.
 */
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
  const head = `--- ${from}\n+++ ${to}\n`
  const [old, now] = [before, after].map(text => withHiddenValues(text ?? ''))
  if (old === undefined || now === undefined)
    return `${head}@@ not shown: it holds a Secret, and is no YAML that can be read @@\n`
  if (old === now) return `${head}@@ only hidden values differ @@\n`
  const patch = createTwoFilesPatch(from, to, old, now, undefined, undefined, {
    context: 3,
    maxEditLength: MOST_CHANGED_LINES,
  })
  if (patch === undefined) return `${head}@@ too much changed to be shown @@\n`
  return patch.replace(/^=+\n/, '').replaceAll(/^(---|\+\+\+) (.*?)\t?$/gm, '$1 $2')
}
