import * as z from 'zod'
import { CANARY_RULES, Weight } from '../deploy-config/canary.ts'
import { parseYaml, type YamlFormat } from '../yaml/config.ts'
import { ReleaseRecord } from './record.ts'
import { jsonLine, renderRelease } from './record-file.ts'

/**
 * `model-canary.yaml`, beside the record while a canary is in progress: what an environment looks like is a function of both
 * files. It says by itself what is tried, at which weight, and how it is judged, so that a test keeps its rules until it is over.
 * Since when is not in it: that is the commit which last changed it.
 */
export const CanaryFile = z
  .strictObject({
    schema: z.literal(1).optional(),
    weight: Weight.describe('Percent of the traffic that the challenger gets.'),
    ...CANARY_RULES,
    challenger: ReleaseRecord.describe('The whole record of the release that is tried.'),
  })
  .refine(({ weight, steps }) => steps.includes(weight), {
    path: ['weight'],
    message: 'is none of `steps`',
  })
  .refine(({ steps }) => areAscending(steps), { path: ['steps'], message: 'must be ascending' })
export type CanaryFile = z.infer<typeof CanaryFile>

/** The name of the file, beside the record. */
export const CANARY_FILE = 'model-canary.yaml'

/** Same canary, same bytes: each line a key with a JSON value, and the lines of the challenger's record below its own key. */
export function renderCanary({ challenger, ...rules }: CanaryFile): string {
  const own = Object.entries(rules).filter(([, value]) => value !== undefined)
  const place = ([key]: [string, unknown]) => (KEYS.includes(key) ? KEYS.indexOf(key) : KEYS.length)
  const ordered = own.sort((a, b) => place(a) - place(b) || (a[0] < b[0] ? -1 : 1))
  const [, ...record] = renderRelease(challenger).trimEnd().split('\n')
  return [
    HEADER,
    ...ordered.map(([key, value]) => `${/^[a-z_]+$/.test(key) ? key : jsonLine(key)}: ${jsonLine(value)}`),
    'challenger:',
    ...record.map(line => `  ${line}`),
    '',
  ].join('\n')
}

/**
 * Text of the file → the canary. The text may come from anybody who could write to the repository's history.
 *
 * @throws AssayError `CANARY_INVALID` with every problem, its line and the nearest known key
 */
export function parseCanary(text: string, file: string): CanaryFile {
  return parseYaml(FORMAT, text.replace(/^\ufeff/, ''), file).value
}

// --- internal ---

const HEADER =
  '# Written by Assay: a release that is tried here beside the one of the record. To end the trial: `assay rollback`.'
const KEYS = ['weight', ...Object.keys(CANARY_RULES)]

const FORMAT: YamlFormat<CanaryFile> = {
  schema: CanaryFile,
  whenEmpty: 'remove it, or restore it from the history: `git log -- model-canary.yaml`',
  code: 'CANARY_INVALID',
  reads: 1,
  most: 1024 * 1024,
}

/** Whether each step is above the one before it. */
function areAscending(steps: readonly number[]): boolean {
  return steps.every((step, at) => at === 0 || step > steps[at - 1]!)
}
