import { ENVIRONMENT_NAME, MODEL_NAME, VERSION_NAME } from '../../text/names.ts'
import { ownMarker } from '../../text/own-part.ts'

/**
 * What the hidden first line of a promotion says. Anybody can write one, so nothing enters an environment because of it: what a
 * pull request proposes is read from the record on its branch. It may keep a release out: where a pull request was closed
 * unmerged and its branch is gone, the marker is what tells the rejected release.
 */
export interface PromotionMarker {
  environment: string
  model: string
  version: string
  /** Key of the release. */
  release: string
  /** Key of the release that it was weighed against. */
  champion?: string
  /** Of a canary: the percent of the traffic that the release is to get, or `back` where it is to get none any more. */
  step?: number | 'back'
}

export function renderPromotionMarker(marker: PromotionMarker): string {
  const { environment, model, version, release, champion = 'none', step } = marker
  const text = `<!-- assay:promotion v1 environment=${environment} model=${model} version=${version} release=${release} champion=${champion}${step === undefined ? '' : ` step=${step}`} -->`
  if (!parsePromotionMarker(text)) throw new RangeError(`no marker for ${model} ${version}`)
  return text
}

/** By the first line of our part, or of the text, and its exact grammar; a newer version may say more at its end. */
export function parsePromotionMarker(body: string): PromotionMarker | undefined {
  const line = ownMarker(body)
  const found = MARKER.exec(line) ?? []
  const [, environment = '', model = '', version = '', release = '', champion = '', more = ''] = found
  if (!ENVIRONMENT_NAME.test(environment) || !MODEL_NAME.test(model) || !VERSION_NAME.test(version))
    return undefined
  const [, step] = / step=(back|[1-9]\d?)(?: |$)/.exec(more) ?? []
  return {
    ...{ environment, model, version, release },
    ...(champion !== 'none' && { champion }),
    ...(step !== undefined && { step: step === 'back' ? step : Number(step) }),
  }
}

// --- internal ---

const MARKER =
  /^<!-- assay:promotion v1 environment=(\S{1,40}) model=(\S{1,63}) version=(\S{1,80}) release=([0-9a-f]{32}) champion=(none|[0-9a-f]{32})((?: [a-z]{1,20}=[\w.:+-]{1,80}){0,20}) -->$/
