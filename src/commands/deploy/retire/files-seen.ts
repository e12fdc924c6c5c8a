import { dirname, relative } from 'node:path/posix'
import type { DeployConfig } from '../../../core/deploy-config/deploy-config.ts'
import { HOLD_FILE } from '../../../core/promotion/places/places.ts'
import type { FileDifference } from '../../../core/promotion/places/rollback.ts'
import type { RetiredPlace, RetirementFacts } from '../../../core/promotion/retirement/plan.ts'
import { TRIED_FILES } from '../../../core/release/canary-file.ts'
import { RECORD_FILE } from '../../../core/release/record.ts'
import { RELEASED_PROFILE_FILE, TRIED_PROFILE_FILE } from '../../../core/traffic/profile/profile.ts'
import { WATCH_FILE } from '../../../targets/watch/names.ts'
import { withResource } from '../../../targets/watch/resources.ts'
import { readRecord } from '../read/facts.ts'
import { type EnvironmentPlace, manifestFiles, placesOf, triedIn } from '../read/state.ts'

/** Where a model is or was: also in the environments that it skips by now, since what was written there is still there. */
export function placesToRetire(config: DeployConfig, model: string): EnvironmentPlace[] {
  const own = Object.hasOwn(config.models, model) ? config.models[model] : undefined
  if (!own?.skip) return placesOf(config, model)
  const { skip: _, ...entry } = own
  return placesOf({ ...config, models: { ...config.models, [model]: entry } }, model)
}

/** @param all paths of all files of the repository */
export function filesToRead(places: readonly EnvironmentPlace[], all: readonly string[]): string[] {
  const there = new Set(all)
  const wanted = places.flatMap(place => [...ownFiles(place, all), ...manifestFiles(place)])
  return [...new Set(wanted)].filter(path => there.has(path))
}

/** What the files of a repository say of a model: which are ours, which name them, and which are the team's. */
export function filesSeen(
  model: string,
  places: readonly EnvironmentPlace[],
  { all, texts }: { all: readonly string[]; texts: ReadonlyMap<string, string | undefined> },
): Pick<RetirementFacts, 'places' | 'named' | 'unnamed' | 'manifests'> {
  const own = new Map(places.map(place => [place, ownFiles(place, all)]))
  const resources = withoutResources(places, own, texts)
  const manifests = [...new Set(places.flatMap(manifestFiles))].flatMap((path): [string, string][] => {
    const now = resources.named.find(one => one.path === path)?.after ?? texts.get(path)
    return now === undefined || TRIED_FILES.some(file => path.endsWith(`/${file}`)) ? [] : [[path, now]]
  })
  return {
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
    manifests: new Map(manifests),
  }
}

// --- internal ---

/** All that is ever written beside a record, or below its folder. */
const OWN_FILES = [RECORD_FILE, HOLD_FILE, ...TRIED_FILES, RELEASED_PROFILE_FILE, TRIED_PROFILE_FILE]

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
