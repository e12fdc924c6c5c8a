import type { Comment, Forge } from '../forge.ts'
import { isForgeError } from '../forge-error.ts'
import { createAndLook } from './agree.ts'

/**
 * A comment that stands in a pull request once, whoever asks for it how often: found by its hidden first line and our own
 * account. A creation whose answer was lost is looked for before it is repeated; of those that were made at once, or before a
 * crash, the oldest stays.
 *
 * @returns whether it stands there; false where the token may not comment
 */
export async function sayOnce(
  forge: Forge,
  pullRequest: number,
  key: string,
  body: string,
  wait?: (milliseconds: number) => Promise<unknown>,
): Promise<boolean> {
  if (!/^[a-z0-9-]{1,120}$/.test(key)) throw new RangeError(`no key of a comment: ${key}`)
  const marker = `<!-- assay:note ${key} -->`
  const read = async () => {
    const [comments, own] = [
      await forge.listComments(pullRequest),
      (await forge.whoAmI()) ?? forge.usualAuthor,
    ]
    return comments.filter(
      ({ body: text, author }) =>
        (own === undefined || author === own) && text.split(/\r?\n/, 1)[0] === marker,
    )
  }
  const [first, ...more] = await read()
  if (first) {
    await removeAll(forge, more)
    return true
  }
  const create = () => forge.createComment(pullRequest, `${marker}\n${body}`)
  try {
    const { created, older } = await createAndLook({
      read,
      create,
      isThis: () => true,
      ...(wait && { wait }),
    })
    if ((await older()).length > 0) await removeAll(forge, [created])
    return true
  } catch (error) {
    if (isForgeError(error, 'FORGE_FORBIDDEN')) return false
    throw error
  }
}

// --- internal ---

async function removeAll(forge: Forge, comments: readonly Pick<Comment, 'id'>[]): Promise<void> {
  for (const { id } of comments) await forge.deleteComment(id)
}
