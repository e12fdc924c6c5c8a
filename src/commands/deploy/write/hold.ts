import { isUntouched } from '../../../core/git/commit-seal.ts'
import { heldBy, renderHold } from '../../../core/promotion/places/hold-file.ts'
import { holdBranch } from '../../../core/promotion/places/places.ts'
import { reasonWords } from '../../../core/promotion/plan/reasons.ts'
import { parseCommitMessage } from '../../../core/promotion/text/commit-message.ts'
import { inline, sentence } from '../../../core/report/words/escape.ts'
import { shortened } from '../../../core/text/visible-text.ts'
import type { DeployAccess } from '../../command/context.ts'
import type { DeploySite } from '../read/deploy-branch.ts'
import { holdsOf } from '../read/holds.ts'
import type { SeenPlace } from '../read/state.ts'
import { placeAsked, proposeHoldChange } from './hold-change.ts'
import type { CarriedOut } from './propose.ts'
import { writeStatus } from './write-status.ts'

export interface HoldRequest {
  model: string
  environment: string
  reason: string
  by: string
  /** ISO 8601 in UTC. */
  since: string
  dryRun: boolean
}

/**
 * Proposes to hold a model in an environment. The open pull request holds already, so a no needs nobody's approval; merged, it
 * holds until `releaseHold`. Asking again changes nothing: the first reason stands.
 *
 * @throws AssayError `MODEL_UNKNOWN`: a hold of a name that is nowhere would hold nothing
 */
export async function holdModel(home: DeploySite, asked: HoldRequest): Promise<CarriedOut> {
  const { model, environment, reason, by, since } = asked
  const asking = await placeAsked(home, asked)
  const { access, state, place: here } = asking
  const done = { environment, model, notes: [] }
  const there = state.files.get(here.holdFile)
  if (there !== undefined) return { ...done, action: 'nothing', words: heldWords(there, here) }
  const [already] = await holdsOf(access.repository, state, here)
  const content = (already && proposedText(here)) ?? renderHold({ reason, by, since })
  if (asked.dryRun) return { ...done, action: 'waits', words: `would propose to add ${here.holdFile}` }
  const held = heldBy(content, here.holdFile)
  const proposed = await proposeHoldChange(asking, {
    kind: 'hold',
    branch: holdBranch(environment, model),
    title: `Hold ${model} in ${environment}`,
    about: `${inline(held.by)} holds ${model} in ${environment}: ${sentence(held.reason, 500)}\n\nNothing is promoted there automatically while this pull request is open, and once it is merged (it adds \`${here.holdFile}\`) until the hold is released. Closing it unmerged lifts the hold.`,
    content,
    words: { proposed: heldWords(content, here), done: 'it is held already' },
  })
  await tellPromotion(access, here, proposed)
  return proposed
}

// --- internal ---

/** The hold that is proposed already, as it was written: asking again changes no word of it. */
function proposedText({ holding: { head, text } }: SeenPlace): string | undefined {
  return head && isUntouched(head) ? text : undefined
}

function heldWords(text: string, { holdFile }: SeenPlace): string {
  const { reason, by } = heldBy(text, holdFile)
  return reasonWords({ kind: 'held', reason, by })
}

/** Whoever looks at an open promotion sees the hold at once, not with the next run. */
async function tellPromotion(
  access: DeployAccess,
  { promotion: { head, pulls } }: SeenPlace,
  { words, notes }: CarriedOut,
): Promise<void> {
  if (!pulls.open || !head || !isUntouched(head)) return
  // Nothing holds the way back.
  if (parseCommitMessage(head.message)?.kind === 'rollback') return
  const status = { state: 'pending' as const, description: shortened(words, 140) }
  await writeStatus({ access }, head.commit, status, pulls.open.status, notes)
}
