import { createHash } from 'node:crypto'
import type { FileChange } from './file-changes.ts'

/**
 * The seal: the last line of a commit message of ours. It holds the commit's tree, so that a commit that somebody amended, or
 * another one on top of it, is known for what it is whoever wrote it and with whichever token; and a hash of the changes that
 * were asked for, so that asking again for the same writes nothing.
 */

/** The last commit of a branch. */
export interface BranchHead {
  commit: string
  tree: string
  parents: string[]
  message: string
}

/** The message with its seal, which joins the trailers that end the message. */
export function sealMessage(message: string, tree: string, changes: readonly FileChange[]): string {
  const text = message.trimEnd()
  const paragraph = text.slice(text.lastIndexOf('\n\n') + 2)
  const hasTrailers = text.includes('\n\n') && paragraph.split('\n').every(line => TRAILER.test(line))
  return `${text}${hasTrailers ? '\n' : '\n\n'}Assay-Seal: ${tree} ${digestOf(changes)}`
}

/** Whether the commit is ours, alone on its base and as we made it. */
export function isUntouched({ parents, message, tree }: BranchHead): boolean {
  const [, sealed] = SEAL.exec(message.trimEnd()) ?? []
  return parents.length === 1 && sealed === tree
}

/** Whether the commit is what these changes, with this message, on this parent would give. */
export function isSame(
  head: BranchHead,
  parent: string,
  message: string,
  changes: readonly FileChange[],
): boolean {
  if (!isUntouched(head) || head.parents[0] !== parent) return false
  return head.message.trimEnd() === sealMessage(message, head.tree, changes)
}

// --- internal ---

const TRAILER = /^[A-Za-z][A-Za-z0-9-]*: /
const SEAL = /(?:^|\n)Assay-Seal: ([0-9a-f]{40}|[0-9a-f]{64}) [0-9a-f]{64}$/

function digestOf(changes: readonly FileChange[]): string {
  const sorted = changes
    .map(({ path, content }): [string, string | null] => [path, content ?? null])
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex')
}
