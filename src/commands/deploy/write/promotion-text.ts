import { renderPromotionBody, renderPromotionTitle, titleBeside } from '../../../core/promotion/text/body.ts'
import { parsePromotionMarker } from '../../../core/promotion/text/marker.ts'
import type { PromotionText } from '../../../core/promotion/text/text.ts'
import { releaseKey } from '../../../core/release/record.ts'
import type { ForgeDialect } from '../../../core/report/words/dialect.ts'
import { othersLength, ownPart, withOwnPart } from '../../../core/text/own-part.ts'
import type { PullRequestText } from '../../../forges/pull-requests.ts'

/**
 * Title and text of a promotion's pull request, beside what people wrote there. Ours gives way where both are longer than the
 * forge takes; where not even its shortest form has room, the text stays as it is: nothing of theirs is cut.
 */
export function promotionText(
  text: PromotionText,
  dialect: ForgeDialect,
  there: PullRequestText | undefined,
  notes: string[],
): PullRequestText {
  const own = renderPromotionTitle(text)
  const isSame = there !== undefined && parsePromotionMarker(there.body)?.release === releaseKey(text.to)
  const title = there ? titleBeside(there.title, own, isSame) : own
  const room = dialect.maxBody - othersLength(there?.body)
  const body = withOwnPart(there?.body, ownPart(renderPromotionBody(text, { ...dialect, maxBody: room })))
  if (!there || body.length <= dialect.maxBody) return { title, body }
  if (!notes.includes(FULL)) notes.push(FULL)
  return { title, body: there.body }
}

// --- internal ---

const FULL =
  'The text of the pull request has no room for what Assay has to say: make yours shorter, and run again.'
