import { AssayError } from '../../../core/errors/errors.ts'
import { entryShare } from '../../../core/promotion/canary/canary-plan.ts'
import { rulesChange } from '../../../core/promotion/plan/frozen-rules.ts'
import { type Deviation, deviationOf, type Standing } from '../../../core/promotion/plan/standing.ts'
import { type CanaryFile, parseCanary } from '../../../core/release/canary-file.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { TARGETS } from '../../../targets/index.ts'
import type { Arms, Split } from '../../../targets/target.ts'
import { DEPLOY_FILE } from './deploy-branch.ts'
import { overrideIn, patchedManifests } from './effect.ts'
import { patchedIn } from './patched.ts'
import type { SeenFiles, TextOf } from './seen-files.ts'
import { type EnvironmentPlace, triedIn } from './state.ts'
import { manifestTexts } from './written.ts'

export type ManifestPlace = Pick<
  EnvironmentPlace,
  'environment' | 'folder' | 'recordFile' | 'triedFiles' | 'writes' | 'manifests' | 'kustomizations' | 'above'
>

/** Where the past of a deploy repository is read; only where manifests are not what they should be. */
export type PastFiles = Pick<DeployRepository, 'fileHistory'>

/** A place with the release that its record says. */
export interface Recorded {
  place: ManifestPlace
  release: ReleaseRecord
}

/**
 * What a target would change in the manifests of a place so that they say the release, and what is tried beside it; and where they say it, what makes another
 * image of it, or puts another in its place.
 *
 * @param files manifests and the kustomizations over them
 * @param more texts of what kustomizations refer to
 */
export function deviationIn(
  place: ManifestPlace,
  release: ReleaseRecord,
  files: SeenFiles,
  more: TextOf = files.text,
): Deviation {
  const { folder } = place
  const texts = manifestTexts(place, files.text)
  const tried = triedIn(place, files.text)
  const deviation = deviationOf(texts, folder, () =>
    writtenFiles(place, texts, {
      release,
      how: 'wanted',
      ...(tried && { tried: { path: tried.path, file: parseCanary(tried.text, tried.path, release) } }),
    }),
  )
  if (!isNone(deviation)) return deviation
  const beside = tried === undefined ? [] : [parseCanary(tried.text, tried.path).challenger]
  const overridden = [release, ...beside].map(to => overrideIn({ place, to }, files)).find(Boolean)
  if (!overridden)
    return {
      changes: patchedManifests({ place, to: release }, files).flatMap(one => patchedIn(one, files, more)),
    }
  const { written, override } = overridden
  const { name, by, value } = written.image!
  const { file, line, entry, result } = override
  const change = {
    file,
    key: `images[${entry}]`,
    recorded: `${name}${by === 'tag' ? ':' : '@'}${value}`,
    there: result,
  }
  return { changes: [{ ...change, ...(line !== undefined && { line }) }] }
}

/**
 * The files of a place that change where a release is written: by its target, which splits the traffic with what is tried, then by
 * what else is written, of which each sees what those before it made. What is tried beside it is in the first alone, in every cluster.
 *
 * @param how as a target edits them, or as it would have them
 * @throws AssayError of the targets
 */
export function writtenFiles(
  place: Pick<EnvironmentPlace, 'environment' | 'writes'>,
  files: ReadonlyMap<string, string>,
  {
    release,
    how,
    tried,
  }: { release: ReleaseRecord; how: 'edit' | 'wanted'; tried?: { path: string; file: CanaryFile } },
): Map<string, string> {
  const texts = new Map(files)
  for (const { target, options, isOwn } of place.writes) {
    const made =
      tried && isOwn
        ? splitOf(place, tried.path)[how](texts, armsOf(release, tried.file), options)
        : TARGETS[target]![how](texts, release, options)
    for (const [file, text] of made) texts.set(file, text)
  }
  return new Map([...texts].filter(([file, text]) => files.get(file) !== text))
}

export function isNone(found: Deviation): boolean {
  return 'changes' in found && found.changes.length === 0
}

/** What an environment looks like while a release is tried there: a function of its record and of the file of that. */
export function armsOf(champion: ReleaseRecord, file: CanaryFile): Arms {
  const { challenger, steps, sticky } = file
  const weight = entryShare(file)
  const header = sticky.startsWith('header ') ? sticky.slice('header '.length) : undefined
  return {
    ...{ champion, challenger, weight, steps },
    sticky: header === undefined ? (sticky as 'cookie' | 'none') : { header },
  }
}

/** How the target of a place splits traffic, for what a file says is tried there. @throws AssayError where it cannot: what is tried there began with another one */
export function splitOf(
  { environment: { name, target } }: Pick<EnvironmentPlace, 'environment'>,
  file: string,
): Split {
  const { split } = TARGETS[target]!
  if (split) return split
  throw new AssayError({
    code: 'TARGET_REFUSED',
    title: 'The traffic cannot be split',
    problems: [
      {
        what: `a release is tried in ${name}, and its target \`${target}\` cannot split traffic`,
        where: { file },
        fix: `set the target in ${DEPLOY_FILE} back until that is over, or end it with \`assay rollback\``,
      },
    ],
  })
}

/** Of places whose manifests say what they should: what somebody changed in the rules of what is tried there. One call, or none. */
export async function changedRules(
  past: PastFiles,
  recorded: readonly Recorded[],
  { commit, files }: { commit: string; files: ReadonlyMap<string, string | undefined> },
): Promise<Map<Recorded, Standing>> {
  const tried = recorded.flatMap(one => {
    const there = triedIn(one.place, path => files.get(path))
    return there ? [{ one, path: there.path }] : []
  })
  if (tried.length === 0) return new Map()
  const paths = tried.map(({ path }) => path)
  const known = await past.fileHistory(commit, paths, MOST_STEPS)
  return new Map(
    tried.flatMap(({ one, path }): [Recorded, Standing][] => {
      const change = rulesChange(path, known.get(path) ?? [])
      return change ? [[one, { kind: 'rules', ...change }]] : []
    }),
  )
}

// --- internal ---

/** So many versions are looked through for the rules that it began with. */
const MOST_STEPS = 30
