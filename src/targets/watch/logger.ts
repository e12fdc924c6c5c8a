import { isAssayError } from '../../core/errors/errors.ts'
import { editYaml, type YamlEdit } from '../../core/yaml/edit/edit.ts'
import { fields, findObject, list } from '../parts/manifest.ts'
import { isEventsAddress } from './names.ts'

/** An InferenceService with its logger, and what a person should know of it. */
export interface Logged {
  text: string
  /** `metadata.name` of the service. */
  name?: string
  note?: string
}

interface Wanted {
  model: string
  /** `metadata.name`, where the file has several. */
  name?: string
  /** Absent: what we wrote is taken away. */
  url?: string
  /** The address of a release that is tried beside it. */
  tried?: string
}

/**
 * Has the logger of KServe send requests and answers to an address. One that sends elsewhere is not ours, and stays as it is; so does
 * all of it but the address.
 */
export function withLogger(manifest: { file: string; text: string }, wanted: Wanted): Logged {
  const { file, text } = manifest
  try {
    const { document, value } = findObject(manifest, {
      kind: 'InferenceService',
      group: 'serving.kserve.io',
      ...(wanted.name !== undefined && { name: wanted.name }),
    })
    const name = String(fields(value.metadata).name ?? '')
    const { logger } = fields(fields(value.spec).predictor)
    const { url, mode, ...rest } = fields(logger)
    if (logger !== undefined && !isEventsAddress(url, wanted.model))
      return { text, name, ...(wanted.url !== undefined && { note: theirs(file, url, wanted.url) }) }
    const [canary] = list(fields(value.spec).canary)
    const edits = [
      ...editsFor(addressOf(wanted, canary), { logger, isOwn: Object.keys(rest).length === 0 }),
      ...triedEdits(wanted, canary),
    ]
    const edited = editYaml(
      text,
      file,
      edits.map(edit => ({ ...edit, document })),
    )
    if (wanted.url === undefined) return { text: edited.text, name }
    const notes = [
      ...(mode !== undefined && mode !== 'all' ? [deaf(file, mode)] : []),
      ...(wanted.tried === undefined && hasSilentCanary(value.spec) ? [mistaken(file)] : []),
    ]
    return { text: edited.text, name, ...(notes.length > 0 && { note: notes.join('; ') }) }
  } catch (error) {
    if (!isAssayError(error, 'YAML_EDIT_REFUSED', 'TARGET_REFUSED')) throw error
    const why = error.problems.map(({ what }) => what).join('; ')
    return { text, note: `the logger in ${file} was not written: ${why}` }
  }
}

// --- internal ---

const AT = ['spec', 'predictor', 'logger']

function theirs(file: string, url: unknown, wanted: string): string {
  const what = url === undefined ? 'has no `url`' : 'sends to another address'
  return `the logger in ${file} ${what}, and was left alone: nothing is counted of this model until it sends to ${pathOf(wanted)} of the collector`
}

/** Forges make links of addresses. */
function pathOf(address: string): string {
  return new URL(address).pathname
}

function deaf(file: string, mode: unknown): string {
  return `the logger in ${file} has \`mode: ${String(mode)}\`: nothing is counted of this model until it is \`all\``
}

/** A canary of Standard mode takes all of the predictor that it does not say itself, the logger too. */
function hasSilentCanary(spec: unknown): boolean {
  const canaries = list(fields(spec).canary).map(one => fields(fields(one).predictor))
  return canaries.some(({ logger }) => logger === undefined)
}

function mistaken(file: string): string {
  return `the canary in ${file} has no \`logger\` and takes that of the predictor: what it is asked is counted as traffic of this release until \`spec.canary[].predictor.logger\` has a \`url\` of its own`
}

/** In Knative mode the predictor is the release that is tried: the one that serves is an older revision, with its own logger. */
function addressOf({ url, tried }: Wanted, canary: unknown): string | undefined {
  return url !== undefined && canary === undefined ? (tried ?? url) : url
}

/** In Standard mode both stand in the service. A logger there that sends elsewhere is not ours. */
function triedEdits({ model, url, tried }: Wanted, canary: unknown): YamlEdit[] {
  if (url === undefined || tried === undefined || canary === undefined) return []
  const at = ['spec', 'canary', 0, 'predictor', 'logger']
  const { logger } = fields(fields(canary).predictor)
  if (logger === undefined) return [{ path: at, value: { mode: 'all', url: tried }, add: true }]
  return isEventsAddress(fields(logger).url, model) ? [{ path: [...at, 'url'], value: tried }] : []
}

function editsFor(
  url: string | undefined,
  { logger, isOwn }: { logger: unknown; isOwn: boolean },
): YamlEdit[] {
  if (url === undefined) return logger === undefined ? [] : [{ path: isOwn ? AT : [...AT, 'url'] }]
  if (logger === undefined) return [{ path: AT, value: { mode: 'all', url }, add: true }]
  return [{ path: [...AT, 'url'], value: url }]
}
