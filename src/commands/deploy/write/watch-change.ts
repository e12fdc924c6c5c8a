import { dirname, join, relative } from 'node:path/posix'
import type { Watch } from '../../../core/deploy-config/watch.ts'
import { isAssayError } from '../../../core/errors/errors.ts'
import type { FileDifference } from '../../../core/promotion/places/rollback.ts'
import type { PromotionText } from '../../../core/promotion/text/text.ts'
import { parseCanary, triedFileOf } from '../../../core/release/canary-file.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import { formatCount } from '../../../core/text/numbers.ts'
import { seriesOf } from '../../../core/traffic/counts/series.ts'
import type { ModelProfile } from '../../../core/traffic/profile/profile.ts'
import { parseProfile } from '../../../core/traffic/profile/profile-file.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { withLogger } from '../../../targets/watch/logger.ts'
import { eventsAddress, WATCH_FILE } from '../../../targets/watch/names.ts'
import { withResource } from '../../../targets/watch/resources.ts'
import { RECORDED } from '../../../targets/watch/rules.ts'
import { inferenceServices, type WrittenService } from '../../../targets/watch/services.ts'
import { isCarriedPlain, type Watched, watchFile } from '../../../targets/watch/watch-file.ts'
import { whyTooLarge } from '../../model/profile-size.ts'
import { type EnvironmentPlace, type SeenPlace, triedIn } from '../read/state.ts'
import { optionsFor } from '../read/written.ts'
import { packedProfile } from './packed-profile.ts'

/** What a promotion changes besides the release. */
export interface WatchChange {
  /** All changes that people are shown: those of the release, with a logger in them and a resource more. */
  shown: FileDifference[]
  /** Those that make another object of the release: of what watches it nobody reads the rendering. */
  rendered: FileDifference[]
  /** What is written and not shown. */
  hidden: FileDifference[]
  told?: PromotionText['watching']
}

interface Promoted {
  place: EnvironmentPlace & Partial<Pick<SeenPlace, 'promotion'>>
  to: ReleaseRecord
}

interface Edited {
  /** Before the release is written. */
  texts: ReadonlyMap<string, string | undefined>
  changes: readonly FileDifference[]
  /** The profile beside the record, before and after. */
  profile: FileDifference | undefined
}

/**
 * What `watch` in assay-deploy.yml asks for, written after a release: a function of the release and of that, so that the same again
 * changes nothing, another release has what is its own, and what is asked for no more is taken away. What keeps one part from being
 * written keeps nobody's release: the others are there, and the pull request says what is missing.
 */
export async function watchChange(
  repository: Pick<DeployRepository, 'readFiles'>,
  { place, to }: Promoted,
  { texts, changes, profile }: Edited,
  commit: string,
): Promise<WatchChange> {
  const { watch } = place.environment
  if (!watch) return { shown: [...changes], rendered: [...changes], hidden: [] }
  const notes: string[] = []
  const files = editor(texts, changes)
  const tried = triedBeside(place, to, files, notes)
  const services = logged(place, to, watch, tried, files, notes)
  const rendered = files.changes()
  const { path, kustomization } = standsAt(place, files, notes)
  const watched: Watched = {
    model: to.model,
    version: to.version,
    environment: place.environment.name,
    ...(services && { services }),
    ...tried,
  }
  if (watch.profile || watch.rules) {
    const found = await carried(repository, place, { profile, path, commit, wanted: watch.profile })
    if ('note' in found) notes.push(found.note)
    else watched.profile = found
  }
  const written = watchFile(watched, watch)
  if (watch.pods && !watch.pods.labels && !services?.length)
    notes.push('its own metrics are read by nobody: `watch.pods.labels` has to say how its pods are found')
  const before = (await repository.readFiles(commit, [path])).get(path)
  if (kustomization !== undefined)
    files.edit(kustomization, notes, file =>
      withResource(file, relative(dirname(kustomization), path), written !== undefined),
    )
  const hidden: FileDifference = {
    path,
    ...(before !== undefined && { before }),
    ...(written && { after: written.text }),
  }
  const recorded = watch.rules === 'counts' ? RECORDED : undefined
  const series = watched.profile && seriesOf(watched.profile.value, recorded)
  if (series && series.total > watch.series)
    notes.push(
      `${formatCount(series.total)} series are more than \`watch.series\` allows: ${formatCount(watch.series)}`,
    )
  return {
    shown: files.changes(),
    rendered,
    hidden: before === undefined && !written ? [] : [hidden],
    told: { file: path, parts: written?.parts ?? [], ...(series && { series: series.words }), notes },
  }
}

// --- internal ---

interface Editor {
  text(path: string): string | undefined
  edit(
    path: string,
    notes: string[],
    how: (file: { file: string; text: string }) => { text: string; note?: string },
  ): void
  changes(): FileDifference[]
}

/** The files as the release leaves them, and further edits of them. */
function editor(texts: Edited['texts'], changes: readonly FileDifference[]): Editor {
  const known = new Map(changes.map(change => [change.path, change]))
  const text = (path: string) => (known.has(path) ? known.get(path)!.after : texts.get(path))
  return {
    text,
    edit(path, notes, how) {
      const now = text(path)
      if (now === undefined) return
      const { text: after, note } = how({ file: path, text: now })
      if (note !== undefined) notes.push(note)
      if (after === now) return
      const before = texts.get(path)
      known.set(path, { path, ...(before !== undefined && { before }), after })
    },
    changes: () => [...known.values()],
  }
}

/** The canary as it is after the change: what is counted of it is what is written beside the record, and nothing else. */
function triedBeside(
  place: EnvironmentPlace,
  { model, version }: ReleaseRecord,
  files: Editor,
  notes: string[],
): Pick<Watched, 'canary' | 'challenger'> {
  const tried = triedIn(place, files.text)
  // Without one, all that stands for a release that is tried has the one that serves.
  if (!tried) return place.environment.canary ? { challenger: version } : {}
  try {
    const canary = parseCanary(tried.text, tried.path, { model, version })
    return {
      canary: { file: triedFileOf(canary), text: tried.text },
      challenger: canary.challenger.version,
    }
  } catch (error) {
    if (!isAssayError(error, 'CANARY_INVALID')) throw error
    notes.push(`${tried.path} cannot be read: none of its units are counted`)
    return {}
  }
}

/** Writes the loggers of InferenceServices; undefined where the place has none. */
function logged(
  place: EnvironmentPlace,
  { model, version }: ReleaseRecord,
  { events }: Watch,
  { canary, challenger }: Pick<Watched, 'canary' | 'challenger'>,
  files: Editor,
  notes: string[],
): Watched['services'] {
  const { environment } = place
  const written = optionsFor(environment, model).flatMap(one => inferenceServices(environment.target, one))
  if (written.length === 0) return undefined
  const url = events === undefined ? undefined : eventsAddress(events, { model, version })
  // Between canaries nothing of a release that is tried stands in a service.
  const isTried = events !== undefined && canary !== undefined && challenger !== undefined
  const tried = isTried ? eventsAddress(events, { model, version: challenger }) : undefined
  return written.flatMap(({ file, name, arm }) => {
    let seen: string | undefined
    files.edit(join(place.folder, file), notes, manifest => {
      const edited = withLogger(manifest, {
        model,
        ...(name && { name }),
        ...addressesOf(arm, url, tried),
      })
      seen = edited.name
      return edited
    })
    return seen ?? []
  })
}

/** What the logger of a service sends to: one alone has the requests of both releases, of two each has those of its own. */
function addressesOf(
  arm: WrittenService['arm'],
  url: string | undefined,
  tried: string | undefined,
): { url?: string; tried?: string } {
  if (arm === 'champion') return { ...(url && { url }) }
  if (arm === 'challenger') return { ...(url && { url: tried ?? url }) }
  return { ...(url && { url }), ...(tried && { tried }) }
}

/** Where the file stands, and the kustomization that has to name it: without one, whoever applies the folder applies it. */
function standsAt(
  { environment, folder, records, manifests, kustomizations, above }: EnvironmentPlace,
  files: Editor,
  notes: string[],
): { path: string; kustomization?: string } {
  const isThere = (path: string) => files.text(path) !== undefined
  const own = environment.target === 'kustomize' ? manifests[0] : kustomizations.find(isThere)
  const isAlone = records === folder
  if (isAlone && own?.startsWith(`${folder}/`))
    return { path: join(dirname(own), WATCH_FILE), kustomization: own }
  // Where other places have the folder too, one file would be that of all; and no kustomization names what is above it.
  const path = join(records, WATCH_FILE)
  if (!isAlone && own !== undefined && !relative(dirname(own), path).startsWith('..'))
    return { path, kustomization: own }
  const reading = own ?? above.find(isThere)
  if (reading !== undefined) notes.push(`${reading} has to name ${path} in its \`resources\``)
  if (environment.target === 'helm-values')
    notes.push(`the chart does not apply ${path}: give the Application a second source for it`)
  return { path }
}

/** The profile as a ConfigMap carries it, or why there is none. */
async function carried(
  repository: Pick<DeployRepository, 'readFiles'>,
  { promotion }: Promoted['place'],
  of: { profile: FileDifference | undefined; path: string; commit: string; wanted: boolean },
): Promise<NonNullable<Watched['profile']> | { note: string }> {
  const text = of.profile?.after
  if (text === undefined)
    return { note: 'the release has no profile: nothing of it can be counted, and its drift will be unknown' }
  const value = readable(text, of.profile!.path)
  if (value === undefined) return { note: `${of.profile!.path} is not a profile that this version reads` }
  const large = whyTooLarge(value)
  if (large !== undefined) return { note: `its drift will be unknown: ${large}` }
  if (!of.wanted || isCarriedPlain(text)) return { value, text }
  const commits = [of.commit, ...(promotion?.head ? [promotion.head.commit] : [])]
  return { value, text, packed: await packedProfile(repository, text, { path: of.path, commits }) }
}

function readable(text: string, file: string): ModelProfile | undefined {
  try {
    return parseProfile(Buffer.from(text), file)
  } catch (error) {
    if (isAssayError(error, 'PROFILE_INVALID')) return undefined
    throw error
  }
}
