import { dirname, relative } from 'node:path/posix'
import type { DeployConfig } from '../../../core/deploy-config/deploy-config.ts'
import { type BranchHead, isUntouched } from '../../../core/git/commit-seal.ts'
import {
  branchesOf,
  HOLD_FILE,
  OWN_PREFIX,
  parsePromotionBranch,
} from '../../../core/promotion/places/places.ts'
import type { FileDifference } from '../../../core/promotion/places/rollback.ts'
import type { OwnBranch, RetiredPlace, RetirementFacts } from '../../../core/promotion/retirement/plan.ts'
import { parseCommitMessage } from '../../../core/promotion/text/commit-message.ts'
import { TRIED_FILES } from '../../../core/release/canary-file.ts'
import { RECORD_FILE } from '../../../core/release/record.ts'
import { MODEL_NAME } from '../../../core/text/names.ts'
import { RELEASED_PROFILE_FILE, TRIED_PROFILE_FILE } from '../../../core/traffic/profile/profile.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { WATCH_FILE } from '../../../targets/watch/names.ts'
import { withResource } from '../../../targets/watch/resources.ts'
import { DEPLOY_FILE } from '../read/deploy-branch.ts'
import { readRecord } from '../read/facts.ts'
import { checkModel, knownModels } from '../read/models.ts'
import { type EnvironmentPlace, manifestFiles, placesOf, readDeploy, triedIn } from '../read/state.ts'

/** What is to be retired, with the commit that it was read at. */
export interface SeenRetirement {
  head: BranchHead
  facts: RetirementFacts
  /** Where its records are, or were. */
  recordFiles: string[]
  /** Who is asked to review, and labels, of every environment that the model is in. */
  reviewers: string[]
  labels: string[]
}

/**
 * Reads all that Assay keeps of a model in a deploy repository, at one commit of its branch.
 *
 * @throws AssayError `DEPLOY_BRANCH_MISSING`, `DEPLOY_CONFIG_MISSING`, `CONFIG_INVALID`
 */
export async function readRetirement(
  repository: DeployRepository,
  branch: string,
  model: string,
): Promise<SeenRetirement> {
  const { head, config, text } = await readDeploy(repository, branch)
  // What is no name of a model must become no path.
  if (!MODEL_NAME.test(model)) await checkModel(repository, { config, commit: head.commit }, model)
  const all = await repository.listFiles(head.commit, '')
  const there = new Set(all)
  const places = placesOf(withoutSkips(config, model), model)
  const own = new Map(places.map(place => [place, ownFiles(place, all)]))
  const read = [...own].flatMap(([place, files]) => [...files, ...manifestFiles(place)])
  const paths = [...new Set(read)].filter(path => there.has(path))
  const texts = await repository.readFiles(head.commit, paths)
  const resources = withoutResources(places, own, texts)
  const manifests = new Map(
    places.flatMap(manifestFiles).flatMap((path): [string, string][] => {
      const now = resources.named.find(one => one.path === path)?.after ?? texts.get(path)
      return now === undefined || TRIED_FILES.some(file => path.endsWith(`/${file}`)) ? [] : [[path, now]]
    }),
  )
  const known = await knownModels(repository, { config, commit: head.commit })
  return {
    head,
    facts: {
      model,
      config: { path: DEPLOY_FILE, text },
      places: places.map((place): RetiredPlace => {
        const tried = triedIn(place, path => texts.get(path))
        const record = readRecord(texts.get(place.recordFile), place.recordFile, model)
        return {
          environment: place.environment.name,
          own: own.get(place)!,
          manifests: place.manifests,
          ...(tried && { tried: tried.path }),
          ...(record && { record }),
        }
      }),
      ...resources,
      manifests,
      others: known.filter(name => name !== model),
      branches: await branchesThere(repository, { branch, head }, model),
    },
    recordFiles: places.map(({ recordFile }) => recordFile),
    reviewers: [...new Set(places.flatMap(({ environment }) => environment.reviewers))],
    labels: [...new Set(places.flatMap(({ environment }) => environment.labels))],
  }
}

// --- internal ---

/** All that is ever written beside a record, or below its folder. */
const OWN_FILES = [RECORD_FILE, HOLD_FILE, ...TRIED_FILES, RELEASED_PROFILE_FILE, TRIED_PROFILE_FILE]

/** Its folders also where it does not enter any more: what was written there is still there. */
function withoutSkips(config: DeployConfig, model: string): DeployConfig {
  const own = Object.hasOwn(config.models, model) ? config.models[model] : undefined
  if (!own?.skip) return config
  const { skip: _, ...entry } = own
  return { ...config, models: { ...config.models, [model]: entry } }
}

/** What watches it may stand deeper, beside the kustomization that names it: the folder of a record is that of one model. */
function ownFiles({ records }: EnvironmentPlace, all: readonly string[]): string[] {
  const own = OWN_FILES.map(file => `${records}/${file}`)
  return all.filter(
    path => own.includes(path) || (path.startsWith(`${records}/`) && path.endsWith(`/${WATCH_FILE}`)),
  )
}

/** What watches a release is named by a kustomization, which could not be built without it. */
function withoutResources(
  places: readonly EnvironmentPlace[],
  own: ReadonlyMap<EnvironmentPlace, readonly string[]>,
  texts: ReadonlyMap<string, string | undefined>,
): Pick<RetirementFacts, 'named' | 'unnamed'> {
  const now = new Map<string, FileDifference>()
  const unnamed: string[] = []
  for (const place of places)
    for (const file of manifestFiles(place))
      for (const path of own.get(place)!.filter(one => one.endsWith(`/${WATCH_FILE}`))) {
        const before = texts.get(file)
        if (before === undefined || !KUSTOMIZATION.test(file)) continue
        const text = now.get(file)?.after ?? before
        const edited = withResource({ file, text }, relative(dirname(file), path), false)
        if (edited.note !== undefined) unnamed.push(edited.note)
        if (edited.text !== text) now.set(file, { path: file, before, after: edited.text })
      }
  return { named: [...now.values()], unnamed: [...new Set(unnamed)] }
}

const KUSTOMIZATION = /(?:^|\/)[Kk]ustomization(?:\.ya?ml)?$/

async function branchesThere(
  repository: DeployRepository,
  base: { branch: string; head: BranchHead },
  model: string,
): Promise<OwnBranch[]> {
  const names = branchesOf(model, await repository.listBranches(OWN_PREFIX))
  if (names.length === 0) return []
  const heads = await repository.readBranches(names)
  const found = names.map(async (name): Promise<OwnBranch[]> => {
    const head = heads.get(name)
    if (!head) return []
    const pulls = await repository.pullRequests?.ofBranch(name, base.branch)
    // Without pull requests the branch is the proposal, until the base holds its commit.
    const isMerged = !pulls && (await repository.contains(base.head.commit, head.commit))
    const isSafe = isMerged || pulls?.closed.some(one => one.head === head.commit) === true
    const isOpen = pulls ? pulls.open !== undefined : !isMerged
    const isOurs = isUntouched(head)
    const isRollback =
      isOurs &&
      parsePromotionBranch(name) !== undefined &&
      parseCommitMessage(head.message)?.kind === 'rollback'
    return [
      {
        name,
        commit: head.commit,
        ...(pulls?.open && { number: pulls.open.number }),
        ...(isOpen && isRollback && { isOpenRollback: true }),
        ...(!isOurs && !isSafe && { isTheirs: true }),
      },
    ]
  })
  return (await Promise.all(found)).flat()
}
