import { setTimeout as sleep } from 'node:timers/promises'
import { isOlder, type Marker, parseMarker, renderMarker } from '../../core/text/marker.ts'
import type { Comment, Forge } from '../forge.ts'
import { inWords, isForgeError } from '../forge-error.ts'
import { createAndLook } from './agree.ts'

export interface CommentRequest {
  pullRequest: number
  model: string
  /** `<run id>.<attempt>`: a comment of a newer run is left as it is. */
  order: string
  /** Markdown; the marker is put before it. */
  body: string
  /** The account we write as, where it is known already. */
  author?: string
}

export interface EnsuredComment {
  action: 'created' | 'updated' | 'unchanged' | 'skipped_older' | 'refused'
  url?: string
  /** Why it was not written, or what a person should know although it was. */
  reason?: string
}

/**
 * One comment per model and pull request, whatever happens: found by marker and author over all pages, updated in
 * place, never by an older run. Runs that create at the same time agree on the oldest comment; duplicates of a crash
 * are removed; a creation whose answer was lost is looked for before it is repeated.
 *
 * What a comment says is never trusted: a marker only tells which comment to write over.
 *
 * @throws AssayError when the forge cannot be asked; a token that may not write is `refused`
 */
export async function ensureComment(
  forge: Forge,
  request: CommentRequest,
  { wait = sleep }: { wait?: (milliseconds: number) => Promise<unknown> } = {},
): Promise<EnsuredComment> {
  const { length } = request.body
  const { maxBody } = forge.dialect
  if (length > maxBody)
    return { action: 'refused', reason: `the report has ${length} characters, a comment takes ${maxBody}` }
  const text = `${renderMarker(request)}\n${request.body}`
  const work: Work = { forge, ...request, text, wait, notes: [] }
  try {
    const ensured = (await updateOldest(work, await readOwn(work))) ?? (await createAndAgree(work))
    return work.notes.length > 0
      ? { ...ensured, reason: [ensured.reason, ...work.notes].filter(Boolean).join('; ') }
      : ensured
  } catch (error) {
    if (isForgeError(error, 'FORGE_FORBIDDEN')) return { action: 'refused', reason: inWords(error) }
    throw error
  }
}

/**
 * Of these models, those of which a comment of ours stands in the pull request: what it says may be out of date where nothing more is
 * to be said of them. One listing for all.
 *
 * @throws AssayError when the forge cannot be asked
 */
export async function commentedOf(
  forge: Forge,
  pullRequest: number,
  models: readonly string[],
): Promise<Set<string>> {
  const wanted = new Set(models)
  const own = await ownComments({ forge, pullRequest }, model => wanted.has(model))
  return new Set(own.map(({ model }) => model))
}

/** Our comments about models in a pull request, oldest first. @throws AssayError when the forge cannot be asked */
export function reportsIn(forge: Forge, pullRequest: number): Promise<(Comment & Marker)[]> {
  return ownComments({ forge, pullRequest }, () => true)
}

// --- internal ---

interface Work extends CommentRequest {
  forge: Forge
  text: string
  wait: (milliseconds: number) => Promise<unknown>
  notes: string[]
}

type OwnComment = Comment & Marker

/** Our comments about this model, oldest first. A marker that somebody else wrote or quoted makes no comment ours. */
function readOwn(work: Work): Promise<OwnComment[]> {
  return ownComments(work, model => model === work.model)
}

async function ownComments(
  work: Pick<Work, 'forge' | 'pullRequest' | 'author'>,
  isWanted: (model: string) => boolean,
): Promise<OwnComment[]> {
  const marked: OwnComment[] = []
  for (const comment of await work.forge.listComments(work.pullRequest)) {
    const marker = parseMarker(comment.body)
    if (marker && isWanted(marker.model)) marked.push({ ...comment, ...marker })
  }
  if (marked.length === 0) return []
  work.author ??= await work.forge.whoAmI()
  const author = work.author ?? work.forge.usualAuthor
  return marked.filter(comment => comment.author === author)
}

/** Undefined where there is none (any more). */
async function updateOldest(work: Work, own: OwnComment[]): Promise<EnsuredComment | undefined> {
  const newer = own.find(comment => isOlder(work.order, comment.order))
  if (newer) {
    const reason = `the comment is of the newer run ${newer.order}, this is ${work.order}; delete the comment if that cannot be`
    return { action: 'skipped_older', url: newer.url, reason }
  }
  for (const comment of own) {
    const ensured = await writeOver(work, comment)
    if (!ensured) continue
    for (const duplicate of own) if (duplicate !== comment) await remove(work, duplicate)
    return ensured
  }
  return undefined
}

async function writeOver(work: Work, comment: Comment): Promise<EnsuredComment | undefined> {
  if (isSame(comment.body, work.text)) return { action: 'unchanged', url: comment.url }
  try {
    const updated = await work.forge.updateComment(comment.id, work.text)
    return updated && { action: 'updated', url: updated.url }
  } catch (error) {
    // Nobody told who we are, so the comment may be another tool's: then we need one of our own.
    if (work.author === undefined && isForgeError(error, 'FORGE_FORBIDDEN')) return undefined
    throw error
  }
}

/** Creates, then looks who else did: all but the oldest give way. */
async function createAndAgree(work: Work): Promise<EnsuredComment> {
  const { created, older } = await createAndLook({
    read: () => readOwn(work),
    create: () => work.forge.createComment(work.pullRequest, work.text),
    isThis: comment => isSame(comment.body, work.text),
    wait: work.wait,
  })
  work.author ??= created.author || undefined
  const ensured: EnsuredComment = { action: 'created', url: created.url }
  try {
    const agreed = await updateOldest(work, await older())
    if (!agreed) return ensured
    await remove(work, created)
    return agreed
  } catch (error) {
    return { ...ensured, reason: `could not look for a second comment: ${inWords(error)}` }
  }
}

async function remove(work: Work, comment: Comment): Promise<void> {
  try {
    await work.forge.deleteComment(comment.id)
  } catch (error) {
    work.notes.push(`a second comment could not be deleted (${comment.url}): ${inWords(error)}`)
  }
}

/** Forges may change line ends and drop white space at the end. */
function isSame(a: string, b: string): boolean {
  const normal = (text: string) => text.replaceAll('\r\n', '\n').trimEnd()
  return normal(a) === normal(b)
}
