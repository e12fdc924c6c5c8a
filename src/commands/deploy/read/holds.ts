import { heldBy } from '../../../core/promotion/places/hold-file.ts'
import type { Hold } from '../../../core/promotion/plan/facts.ts'
import type { DeployRepository, SeenBranch } from '../../../forges/deploy-repository.ts'
import type { ModelState, SeenPlace } from './state.ts'

/** The holds of a model in a place: the one on the branch that is deployed, and the one that is proposed, which holds already. */
export async function holdsOf(
  repository: DeployRepository,
  { model, head, files }: Pick<ModelState, 'model' | 'head' | 'files'>,
  { environment, holdFile, holding }: Pick<SeenPlace, 'environment' | 'holdFile' | 'holding'>,
): Promise<Hold[]> {
  const place = { environment: environment.name, model }
  const text = files.get(holdFile)
  // Once it is merged, what proposed it says nothing more.
  if (text !== undefined) return [{ ...place, ...heldBy(text, holdFile) }]
  const isProposed = await isOpen(repository, head.commit, holding)
  return isProposed ? [{ ...place, ...proposedHold(holding, holdFile) }] : []
}

/** The hold on a branch that proposes it, whatever somebody made of the file there. */
export function proposedHold(
  { text, pulls }: Pick<SeenBranch, 'text' | 'pulls'>,
  file: string,
): Pick<Hold, 'rollback' | 'reason' | 'by' | 'proposed'> {
  const number = pulls.open?.number
  const said = text === undefined ? NOTHING_SAID : heldBy(text, file)
  return { ...said, rollback: false, proposed: number === undefined ? {} : { number } }
}

// --- internal ---

const NOTHING_SAID = { reason: 'a hold is proposed, and its file says nothing', by: 'somebody' }

/** Without pull requests, a branch proposes until the base holds its commit. */
async function isOpen(
  repository: DeployRepository,
  base: string,
  { head, pulls }: SeenBranch,
): Promise<boolean> {
  if (repository.pullRequests) return pulls.open !== undefined
  return head !== undefined && head.commit !== base && !(await repository.contains(base, head.commit))
}
