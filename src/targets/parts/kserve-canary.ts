import type { YamlEdit, YamlValue } from '../../core/yaml/edit/edit.ts'
import { type Arms, type Manifest, type ReleaseForTarget, refusal } from '../target.ts'
import type { ModelPosition } from './kserve-model.ts'
import { type Fields, fields, list } from './manifest.ts'

/** The annotation that says in which mode an InferenceService is. */
export const MODE = 'serving.kserve.io/deploymentMode'
/** The modes, with the words of its annotation for each. */
export const MODES = { Knative: ['Knative', 'Serverless'], Standard: ['Standard', 'RawDeployment'] }
export type KserveMode = keyof typeof MODES

/**
 * Edits that bring a model into an InferenceService, with all of its traffic.
 *
 * @throws AssayError `TARGET_REFUSED` where the manifest is not of the mode that was said
 */
export function aloneEdits(
  manifest: Manifest,
  service: Fields,
  position: ModelPosition,
  mode: KserveMode | undefined,
): YamlEdit[] {
  const whole: YamlEdit = { path: ['spec', 'predictor', ...position.path], value: position.value }
  if (mode === undefined) return [whole]
  ensureMode(manifest, service, mode)
  return mode === 'Standard' ? promoted(service, whole, position) : aloneInKnative(service, whole, position)
}

/**
 * Edits that bring two releases into an InferenceService, each with its share.
 *
 * @throws AssayError `TARGET_REFUSED` where the manifest is not of the mode that was said
 */
export function splitEdits(
  manifest: Manifest,
  arms: Arms,
  service: Fields,
  positions: Record<'champion' | 'challenger', ModelPosition>,
  mode: KserveMode,
): YamlEdit[] {
  ensureMode(manifest, service, mode)
  const { champion, challenger } = positions
  if (mode === 'Standard')
    return [
      { path: ['spec', 'predictor', ...champion.path], value: champion.value },
      ...asCanary(manifest, arms, service, challenger),
    ]
  // The champion is the revision that had all traffic before: the service names it in its status alone.
  return [
    { path: ['spec', 'predictor', ...challenger.path], value: challenger.value },
    { path: PERCENT, value: arms.weight, add: true },
    { path: MARK, value: 'Knative', add: true },
  ]
}

// --- internal ---

/** What KServe calls the container that serves. */
const CONTAINER = 'kserve-container'
const PERCENT = ['spec', 'predictor', 'canaryTrafficPercent']
/** Says that a canary in Knative mode is Assay's, for as long as something of it is left. */
const CANARY = 'assay/canary'
const MARK = ['metadata', 'annotations', CANARY]

/**
 * Without `canaryTrafficPercent` all traffic goes to the newest revision that is ready. When a canary is taken back, that is the
 * challenger until the champion's new revision is ready: with 0 the traffic stays at the old one, which has served it all along.
 * The next release that enters takes the 0 away.
 */
function aloneInKnative(service: Fields, whole: YamlEdit, { path, value }: ModelPosition): YamlEdit[] {
  const predictor = fields(fields(service.spec).predictor)
  const isThere = valueAt(predictor, path) === value
  const isOwn = fields(fields(service.metadata).annotations)[CANARY] !== undefined
  const isTakenBack = predictor.canaryTrafficPercent === 0
  if (isOwn && isThere === isTakenBack) return [whole, { path: PERCENT, value: 0, add: true }]
  return [whole, { path: PERCENT }, { path: MARK }]
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof step === 'number' ? list(inner)[step] : fields(inner)[step]),
    value,
  )
}

/** The canary fields of one mode are silently ignored in the other: all traffic would go to the candidate. */
function ensureMode({ file }: Manifest, service: Fields, mode: KserveMode): void {
  const said = fields(fields(service.metadata).annotations)[MODE]
  if (MODES[mode].includes(String(said))) return
  throw refusal({
    what: `the annotation \`${MODE}\` is ${said === undefined ? 'not there' : `\`${said}\``}: the canary of ${mode} mode may be ignored, and the release get all traffic`,
    where: { file },
    fix: `write \`${MODE}: ${mode}\` into the manifest, or correct \`mode\``,
  })
}

/** The release beside the champion, as the one entry of `spec.canary`. */
function asCanary(
  manifest: Manifest,
  { challenger: release, weight }: Arms,
  service: Fields,
  position: ModelPosition,
): YamlEdit[] {
  const where = { file: manifest.file }
  const entries = list(fields(service.spec).canary)
  const predictor = fields(fields(service.spec).predictor)
  if (position.path[0] !== 'model')
    throw refusal({ what: 'a canary of Standard mode needs `spec.predictor.model`', where })
  if (entries.length > 1)
    throw refusal({ what: `\`spec.canary\` has ${entries.length} entries`, where, fix: 'remove all but one' })
  const name = predictorName(manifest, release)
  if (predictor.name === name) {
    const fix = 'a version that serves already needs no canary; a new one needs a new name'
    throw refusal({ what: `\`spec.predictor.name\` is \`${name}\` already`, where, fix })
  }
  if (entries.length === 0) {
    // Written out once more: a canary says for itself what serves it. Its container must have a name there, unlike the
    // champion's (the CRD of KServe 0.20).
    const copied: Record<string, YamlValue> = { name: CONTAINER }
    for (const key of ['name', 'modelFormat', 'runtime'])
      if (key in fields(predictor.model)) copied[key] = fields(predictor.model)[key] as YamlValue
    const entry = {
      trafficPercent: weight,
      predictor: { name, model: { ...copied, ...named(fields(predictor.model), position) } },
    }
    return [{ path: ['spec', 'canary', 0], value: entry, add: true }]
  }
  const at = ['spec', 'canary', 0]
  return [
    { path: [...at, 'trafficPercent'], value: weight, add: true },
    { path: [...at, 'predictor', 'name'], value: name, add: true },
    { path: [...at, 'predictor', ...position.path], value: position.value, add: true },
  ]
}

/** What names the model in its predictor: a value, or that in the map of a storage. */
function named(
  model: Fields,
  { path: [, key = '', inner], value }: ModelPosition,
): Record<string, YamlValue> {
  if (inner === undefined) return { [key]: value }
  return { [key]: { ...(fields(model[key]) as Record<string, YamlValue>), [inner]: value } }
}

/**
 * The canary takes the champion's place under its own name, so that what already runs goes on running. Without one the model
 * alone changes: KServe refuses a new name for the same model.
 */
function promoted(service: Fields, whole: YamlEdit, position: ModelPosition): YamlEdit[] {
  const canary = fields(fields(list(fields(service.spec).canary)[0]).predictor)
  const served = position.path.reduce<unknown>((at, key) => fields(at)[key], canary)
  const name = { path: ['spec', 'predictor', 'name'], value: String(canary.name), add: true }
  const same = canary.name !== undefined && served === position.value
  return [...(same ? [name] : []), whole, { path: ['spec', 'canary'] }]
}

function predictorName({ file }: Manifest, release: ReleaseForTarget): string {
  const name = dnsLabel(release)
  const wrong = !/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name)
  if (wrong)
    throw refusal({ what: `the version ${release.version} makes no Kubernetes name`, where: { file } })
  return name
}

/** Version as a Kubernetes name, which begins with a letter: `v1-2-0`, `v20260520-3f9c2ab`. */
function dnsLabel({ version }: ReleaseForTarget): string {
  const name = version
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '')
  return /^[a-z]/.test(name) ? name : `v${name}`
}
