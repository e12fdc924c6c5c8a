import { filled } from '../../../core/deploy-config/places/paths.ts'
import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import {
  holdPath,
  OWN_PREFIX,
  parseHoldBranch,
  parsePromotionBranch,
  recordPath,
} from '../../../core/promotion/places/places.ts'
import { MODEL_NAME } from '../../../core/text/names.ts'
import { type DeployClone, openDeployClone } from '../../../services/git/deploy-clone.ts'
import type { Context } from '../../command/context.ts'
import { DEPLOY_FILE } from '../read/deploy-branch.ts'
import { manifestsOf, parseDeploy } from '../read/state.ts'
import { LEDGER_VERSIONS, type Ledger, type LedgerFile } from './ledger.ts'

/** The ledger as it lies on this disk. Promotions are those that were there when it was last fetched. */
export async function cloneLedger({ folder, env }: Context, only?: string): Promise<Ledger> {
  const clone = openDeployClone(folder, env)
  const config = parseDeploy(clone.text(DEPLOY_FILE) ?? '')
  const open = await clone.branches(OWN_PREFIX, 'unmerged')
  const records: LedgerFile[] = []
  const holds: LedgerFile[] = []
  const branches = [...open.keys()].flatMap(name => parsePromotionBranch(name) ?? [])
  const held = [...open.keys()].flatMap(name => parseHoldBranch(name) ?? [])
  const models = new Set([...branches, ...held].map(({ model }) => model))
  const isAsked = ({ model }: { model: string }) => only === undefined || model === only
  for (const environment of config.environments)
    for (const model of modelsBelow(clone, environment)) {
      if (only !== undefined && model !== only && models.has(model)) continue
      const place = { environment: environment.name, model }
      for (const [files, path] of [
        [records, recordPath(environment, model)],
        [holds, holdPath(environment, model)],
      ] as const) {
        const text = readable(() => clone.text(path))
        if (text === undefined) continue
        models.add(model)
        if (only === undefined || model === only) files.push({ ...place, path, text })
      }
    }
  const manifests = new Map(
    manifestsOf(config, records).flatMap((path): [string, string | AssayError][] => {
      const text = readable(() => clone.text(path))
      return text === undefined ? [] : [[path, text]]
    }),
  )
  return {
    config,
    others: [],
    isHere: () => true,
    records,
    holds,
    commit: 'HEAD',
    manifests,
    past: { fileHistory: (_, paths, most) => clone.fileHistory(paths, most) },
    branches: branches.filter(isAsked),
    holdBranches: held.filter(isAsked),
    models: [...models].sort(),
    lacking: [],
    texts: async paths => new Map(paths.map(path => [path, readable(() => clone.text(path))])),
    async histories(places) {
      const paths = places.map(({ recordFile }) => recordFile)
      const histories = await clone.fileHistory(paths, LEDGER_VERSIONS)
      return places.map(place => ({ ...place, history: histories.get(place.recordFile) ?? [] }))
    },
    async promotions(branches) {
      const places = branches.flatMap(({ name, file }) => {
        const head = open.get(name)
        return head ? [{ name, commit: head.commit, path: file }] : []
      })
      const texts = new Map((await clone.textsAt(places)).map(({ name, text }) => [name, text]))
      return branches.map(branch => ({
        ...branch,
        head: open.get(branch.name),
        text: texts.get(branch.name),
        pulls: { open: undefined, closed: [] },
      }))
    },
    isOpen: async ({ head }) => head !== undefined,
  }
}

// --- internal ---

/** Names of the folders that stand where the template has `{model}`. */
function modelsBelow(clone: DeployClone, environment: Ledger['config']['environments'][number]): string[] {
  const parts = environment.records.split('/')
  const before = parts.slice(0, parts.indexOf('{model}')).join('/')
  return clone.names(filled(before, '', environment.name)).filter(name => MODEL_NAME.test(name))
}

function readable(read: () => string | undefined): string | AssayError | undefined {
  try {
    return read()
  } catch (error) {
    if (isAssayError(error)) return error
    throw error
  }
}
