import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AssayError } from '../../../core/errors/errors.ts'
import { recordFinder } from '../../../core/promotion/places/places.ts'
import type { FileDifference } from '../../../core/promotion/places/rollback.ts'
import { RECORD_FILE } from '../../../core/release/record.ts'
import { findFiles } from '../../../services/files/find-files.ts'
import { DEPLOY_FILE } from '../read/deploy-branch.ts'
import { readRecord } from '../read/facts.ts'
import { manifestFiles, manifestPlaces, parseDeploy } from '../read/state.ts'
import { workTree } from '../render/work-tree.ts'
import { isProfileOf, profileIn } from './profile-change.ts'
import { watchChange } from './watch-change.ts'

/** What became of one model in one environment. */
export interface WatchedPlace {
  environment: string
  model: string
  /** Files that were changed, or would be. */
  files: string[]
  notes: readonly string[]
}

/**
 * Brings a clone of the deploy repository to what `watch` in its assay-deploy.yml asks for, for all that serves: what a promotion
 * would write, without one. It is for a person to look at and to propose, all of it together.
 *
 * @throws AssayError `DEPLOY_CONFIG_MISSING`, `CONFIG_INVALID`
 */
export async function watchInClone(folder: string, { dryRun }: { dryRun: boolean }): Promise<WatchedPlace[]> {
  if (!existsSync(join(folder, DEPLOY_FILE)))
    throw new AssayError({
      code: 'DEPLOY_CONFIG_MISSING',
      title: 'This is no deploy repository',
      problems: [{ what: `there is no ${DEPLOY_FILE}`, fix: 'run it in a clone of the deploy repository' }],
    })
  // What is written for one place is read for the next.
  const read = (paths: readonly string[]) => workTree(folder).readFiles('', paths)
  const config = parseDeploy((await read([DEPLOY_FILE])).get(DEPLOY_FILE)!)
  const { files } = await findFiles(folder, name => name === RECORD_FILE, LIMITS)
  const [modelAt, placeOf] = [recordFinder(config), manifestPlaces(config)]
  const found: WatchedPlace[] = []
  for (const { path } of files) {
    const at = modelAt(path)
    const place = at && placeOf(at)
    if (!at || !place?.environment.watch) continue
    const texts = await read([place.recordFile, profileIn(place), ...manifestFiles(place)])
    const to = readRecord(texts.get(place.recordFile), place.recordFile, at.model)
    if (!to) continue
    const text = texts.get(profileIn(place))
    const profile = isProfileOf(text, to.profile?.hash) ? { path: profileIn(place), after: text } : undefined
    const clone = { readFiles: (_: string, paths: readonly string[]) => read(paths) }
    const edited = { texts, changes: [], profile }
    const { shown, hidden, told } = await watchChange(clone, { place, to }, edited, '')
    const changes = [...shown, ...hidden].filter(({ before, after }) => before !== after)
    if (!dryRun) await write(folder, changes)
    found.push({ ...at, files: changes.map(one => one.path), notes: told?.notes ?? [] })
  }
  return found
}

// --- internal ---

const LIMITS = { depth: 12, most: 50_000 }

/** Only beside what was read from inside the folder. */
async function write(folder: string, changes: readonly FileDifference[]): Promise<void> {
  for (const { path, after } of changes)
    if (after === undefined) await rm(join(folder, path))
    else await writeFile(join(folder, path), after)
}
