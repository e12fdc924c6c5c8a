import type { Forge } from '../forge.ts'
import { isForgeError, mayHaveHappened } from '../forge-error.ts'

/**
 * A comment that stands in a pull request once, whoever asks for it how often: found by its hidden first line and our own
 * account. A creation whose answer was lost is looked for before it is repeated.
 *
 * @returns whether it stands there; false where the token may not comment
 */
export async function sayOnce(
  forge: Forge,
  pullRequest: number,
  key: string,
  body: string,
): Promise<boolean> {
  if (!/^[a-z0-9-]{1,120}$/.test(key)) throw new RangeError(`no key of a comment: ${key}`)
  const marker = `<!-- assay:note ${key} -->`
  const said = async () => {
    const [comments, own] = [
      await forge.listComments(pullRequest),
      (await forge.whoAmI()) ?? forge.usualAuthor,
    ]
    return comments.some(
      ({ body: text, author }) =>
        (own === undefined || author === own) && text.split(/\r?\n/, 1)[0] === marker,
    )
  }
  if (await said()) return true
  try {
    await forge.createComment(pullRequest, `${marker}\n${body}`)
    return true
  } catch (error) {
    if (isForgeError(error, 'FORGE_FORBIDDEN')) return false
    if (mayHaveHappened(error) && (await said())) return true
    throw error
  }
}
