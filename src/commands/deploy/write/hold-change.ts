import { ownMarker, ownPart, withOwnPart } from '../../../core/text/own-part.ts'
import { type EnsuredBranch, ensureBranch } from '../../../forges/ensure/branch.ts'
import { type EnsuredPullRequest, ensurePullRequest } from '../../../forges/ensure/pull-request.ts'
import { unknownEnvironment } from '../../command/unknown-name.ts'
import type { DeploySite } from '../read/deploy-branch.ts'
import { checkSeen, type ModelSite, type ModelSites, placesIn, readModel } from '../read/model-state.ts'
import { checkReached } from '../read/sites.ts'
import type { SeenPlace } from '../read/state.ts'
import type { CarriedOut } from './propose.ts'

/** A hold that is to come or to go: one file, by a pull request of its own. */
export interface HoldChange {
  kind: 'hold' | 'release-hold'
  branch: string
  title: string
  /** What merging does, for the text of the pull request: Markdown. */
  about: string
  /** Text of the hold; undefined: it goes. */
  content: string | undefined
  /** One sentence once it is proposed, and where the base holds it already. */
  words: { proposed: string; done: string }
}

/** A place of a model with the branch that it stands on, and with all others. */
export interface PlaceAsked extends ModelSite {
  place: SeenPlace
  sites: ModelSites
}

/** Reads what concerns a model, and its place in one environment. @throws AssayError `MODEL_UNKNOWN`, `ENVIRONMENT_UNKNOWN` with the nearest */
export async function placeAsked(
  home: DeploySite,
  { model, environment }: { model: string; environment: string },
): Promise<PlaceAsked> {
  // Whoever takes something back in staging does not wait for the token of production.
  const sites = await readModel(home, model, { mayLack: 'any' })
  checkReached(sites[0].state, environment)
  await checkSeen(home, sites)
  const places = placesIn(sites)
  const found = places.find(({ place }) => place.environment.name === environment)
  if (found) return { ...found, sites }
  throw unknownEnvironment(
    environment,
    places.map(({ place }) => place.environment.name),
  )
}

/** Proposes the change as a pull request, so that somebody approves it; without pull requests, as its branch. */
export async function proposeHoldChange(
  { access: { repository }, state, place: here }: Pick<PlaceAsked, 'access' | 'state' | 'place'>,
  { kind, branch, title, about, content, words }: HoldChange,
): Promise<CarriedOut> {
  const { model } = state
  const environment = here.environment.name
  const marker = `<!-- assay:${kind} v1 environment=${environment} model=${model} -->`
  const request = {
    branch,
    base: state.branch,
    edit: async () => ({
      files: [{ path: here.holdFile, content }],
      message: `${title}\n\nAssay-Model: ${model}\nAssay-Environment: ${environment}`,
    }),
    replaces: () => true,
  }
  const done = { environment, model, notes: [] }
  if (!repository.pullRequests) {
    const ensured = await ensureBranch(repository, request)
    return { ...done, ...toldOfChange(ensured, `the branch ${branch} waits to be merged`, words.done) }
  }
  const ensured = await ensurePullRequest(
    { repository, pullRequests: repository.pullRequests },
    {
      ...request,
      render: (_, there) => ({
        title: there && ownMarker(there.body) === marker ? there.title : title,
        body: withOwnPart(there?.body, ownPart(`${marker}\n${about}`)),
      }),
      labels: here.environment.labels,
      reviewers: here.environment.reviewers,
      proposed: () => false,
    },
  )
  return {
    ...done,
    notes: ensured.notes,
    ...toldOfChange(ensured, words.proposed, words.done),
    ...(ensured.pullRequest && { pullRequest: ensured.pullRequest }),
  }
}

/**
 * What became of a change that somebody is to merge.
 *
 * @param proposed what it waits for
 * @param done where nothing was to be written
 */
export function toldOfChange(
  { action, reason }: { action: EnsuredPullRequest['action'] | EnsuredBranch['action']; reason?: string },
  proposed: string,
  done: string,
): ToldOfChange {
  switch (action) {
    case 'created':
      return { action: 'proposed', words: proposed }
    case 'updated':
    case 'unchanged':
      return { action, words: proposed }
    case 'nothing_to_do':
      return { action: 'nothing', words: done }
    case 'left_alone':
      return { action, words: reason ?? 'somebody pushed to its branch' }
    case 'rejected':
    case 'skipped_older':
      return { action: 'waits', words: reason ?? 'another run was faster' }
  }
}

// --- internal ---

interface ToldOfChange {
  action: 'proposed' | 'updated' | 'unchanged' | 'nothing' | 'left_alone' | 'waits'
  words: string
}
