import { ENVIRONMENT_NAME } from '../deploy-config.ts'
import { MODEL_NAME } from '../names.ts'
import { VERSION_NAME } from '../release/record.ts'

/**
 * What the hidden first line of a promotion says. Anybody can write one: it helps people and logs, and decides nothing. What a
 * pull request proposes is read from the record on its branch.
 */
export interface PromotionMarker {
  environment: string
  model: string
  version: string
  /** The release's commit. */
  commit: string
  /** Commit of the release that it was weighed against. */
  champion?: string
}

export function renderPromotionMarker(marker: PromotionMarker): string {
  const { environment, model, version, commit, champion = 'none' } = marker
  const text = `<!-- assay:promotion v1 environment=${environment} model=${model} version=${version} commit=${commit} champion=${champion} -->`
  if (!parsePromotionMarker(text)) throw new RangeError(`no marker for ${model} ${version}`)
  return text
}

/** By the first line alone and the exact grammar of this version. */
export function parsePromotionMarker(body: string): PromotionMarker | undefined {
  const [line = ''] = body.split(/\r?\n/, 1)
  const [, environment = '', model = '', version = '', commit = '', champion = ''] = MARKER.exec(line) ?? []
  if (!ENVIRONMENT_NAME.test(environment) || !MODEL_NAME.test(model) || !VERSION_NAME.test(version))
    return undefined
  return { environment, model, version, commit, ...(champion !== 'none' && { champion }) }
}

// --- internal ---

const MARKER =
  /^<!-- assay:promotion v1 environment=(\S{1,40}) model=(\S{1,63}) version=(\S{1,80}) commit=([0-9a-f]{40}|[0-9a-f]{64}) champion=(none|[0-9a-f]{40}|[0-9a-f]{64}) -->$/
