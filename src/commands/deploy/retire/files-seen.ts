import { dirname, relative } from 'node:path/posix'
import type { DeployConfig } from '../../../core/deploy-config/deploy-config.ts'
import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import { HOLD_FILE } from '../../../core/promotion/places/places.ts'
import type { FileDifference } from '../../../core/promotion/places/rollback.ts'
import type { RetiredPlace, RetirementFacts } from '../../../core/promotion/retirement/facts.ts'
import { TRIED_FILES } from '../../../core/release/canary-file.ts'
import { RECORD_FILE } from '../../../core/release/record.ts'
import { RELEASED_PROFILE_FILE, TRIED_PROFILE_FILE } from '../../../core/traffic/profile/profile.ts'
import { readYaml } from '../../../core/yaml/edit/edit.ts'
import { fields } from '../../../targets/parts/manifest.ts'
import { WATCH_FILE } from '../../../targets/watch/names.ts'
import { withResource } from '../../../targets/watch/resources.ts'
import { DEPLOY_FILE } from '../read/deploy-branch.ts'
import { readRecord } from '../read/facts.ts'
import { type EnvironmentPlace, manifestFiles, placesOf, triedIn } from '../read/state.ts'

/** Where a model is or was: also in the environments that it skips by now, since what was written there is still there. */
export function placesToRetire(config: DeployConfig, model: string): EnvironmentPlace[] {
  const own = Object.hasOwn(config.models, model) ? config.models[model] : undefined
  if (!own?.skip) return placesOf(config, model)
  const { skip: _, ...entry } = own
  return placesOf({ ...config, models: { ...config.models, [model]: entry } }, model)
}

/** Texts by path; an error for a file that cannot be read. */
type Texts = ReadonlyMap<string, string | AssayError | undefined>

/** @param all paths of all files of the repository */
export function filesToRead(
  model: string,
  places: readonly EnvironmentPlace[],
  all: readonly string[],
): string[] {
  const there = new Set(all)
  const wanted = places.flatMap(place => [
    ...ownFiles(place, all),
    ...manifestFiles(place),
    ...nearby(place, model, all),
  ])
  return [...new Set(wanted)].filter(path => there.has(path))
}

/** What the files of a repository say of a model: which are ours, which name them, and which are the team's. */
export function filesSeen(
  model: string,
  places: readonly EnvironmentPlace[],
  { all, texts }: { all: readonly string[]; texts: Texts },
): Pick<RetirementFacts, 'places' | 'named' | 'unnamed' | 'manifests' | 'configMaps'> {
  const own = new Map(places.map(place => [place, ownFiles(place, all)]))
  const gone = new Set([...own.values()].flat())
  const resources = withoutResources(places, own, texts)
  const seen = places.flatMap(place => [...manifestFiles(place), ...nearby(place, model, all)])
  const manifests = [...new Set(seen)].flatMap((path): [string, string][] => {
    const now = resources.named.find(one => one.path === path)?.after ?? textIn(texts, path)
    return now === undefined || gone.has(path) ? [] : [[path, now]]
  })
  return {
    places: places.map((place): RetiredPlace => {
      const tried = triedIn(place, path => texts.get(path))
      const record = readRecord(textIn(texts, place.recordFile), place.recordFile, model)
      return {
        environment: place.environment.name,
        own: own.get(place)!,
        manifests: place.manifests,
        ...(tried && { tried: tried.path }),
        ...(record && { record }),
      }
    }),
    named: resources.named,
    unnamed: [
      ...resources.unnamed,
      ...[...new Set(seen)].flatMap(path => unreadWords(path, texts.get(path))),
    ],
    manifests: new Map(manifests),
    configMaps: configMapsIn([...gone].filter(isWatch), texts),
  }
}

// --- internal ---

/** All that is ever written beside a record, or below its folder. */
const OWN_FILES = [RECORD_FILE, HOLD_FILE, ...TRIED_FILES, RELEASED_PROFILE_FILE, TRIED_PROFILE_FILE]

/** What watches it may stand deeper, beside the kustomization that names it: the folder of a record is that of one model. */
function ownFiles({ records }: EnvironmentPlace, all: readonly string[]): string[] {
  const own = OWN_FILES.map(file => `${records}/${file}`)
  return all.filter(path => own.includes(path) || (path.startsWith(`${records}/`) && isWatch(path)))
}

function isWatch(path: string): boolean {
  return path.endsWith(`/${WATCH_FILE}`)
}

/**
 * Manifests that no promotion writes into may read what goes: those below the folder of the model, or where there is none, of the
 * environment.
 */
function nearby({ folder }: EnvironmentPlace, model: string, all: readonly string[]): string[] {
  const parts = folder.split('/')
  const own = parts.slice(0, parts.indexOf(model) + 1).join('/') || folder
  const isBelow = (path: string) => (own === '.' ? !path.includes('/') : path.startsWith(`${own}/`))
  return all.filter(path => isBelow(path) && /\.(?:ya?ml|json)$/.test(path) && path !== DEPLOY_FILE)
}

/** Names of the ConfigMaps in files that we wrote; in one that somebody broke there are none. */
function configMapsIn(files: readonly string[], texts: Texts): string[] {
  const found = files.flatMap(file => {
    try {
      const objects = readYaml(textIn(texts, file) ?? '', file).map(fields)
      return objects.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => fields(metadata).name)
    } catch (error) {
      if (!isAssayError(error, 'YAML_UNREADABLE')) throw error
      return []
    }
  })
  return [...new Set(found)].filter(name => typeof name === 'string')
}

function unreadWords(path: string, text: string | AssayError | undefined): string[] {
  if (typeof text !== 'object') return []
  const why = text.problems[0]?.what ?? text.message
  return [`${path} cannot be read (${why}): look yourself whether it reads what goes`]
}

function textIn(texts: Texts, path: string): string | undefined {
  const text = texts.get(path)
  return typeof text === 'string' ? text : undefined
}

/** What watches a release is named by a kustomization, which could not be built without it. */
function withoutResources(
  places: readonly EnvironmentPlace[],
  own: ReadonlyMap<EnvironmentPlace, readonly string[]>,
  texts: Texts,
): Pick<RetirementFacts, 'named' | 'unnamed'> {
  const now = new Map<string, FileDifference>()
  const unnamed: string[] = []
  for (const place of places)
    for (const file of manifestFiles(place))
      for (const path of own.get(place)!.filter(isWatch)) {
        const before = textIn(texts, file)
        if (before === undefined || !KUSTOMIZATION.test(file)) continue
        const text = now.get(file)?.after ?? before
        const edited = withResource({ file, text }, relative(dirname(file), path), false)
        if (edited.note !== undefined) unnamed.push(edited.note)
        if (edited.text !== text) now.set(file, { path: file, before, after: edited.text })
      }
  return { named: [...now.values()], unnamed: [...new Set(unnamed)] }
}

const KUSTOMIZATION = /(?:^|\/)[Kk]ustomization(?:\.ya?ml)?$/
