import * as z from 'zod'
import { CANARY_RULES, type Canary, Decide, Weight } from '../deploy-config/canary.ts'
import { canaryOf, EXPERIMENT_RULES, experimentOf } from '../deploy-config/experiment.ts'
import { rulesProblems } from '../deploy-config/rules-problems.ts'
import { AssayError, type Problem } from '../errors/errors.ts'
import { parseYaml, type YamlFormat } from '../yaml/config.ts'
import { ReleaseRecord } from './record.ts'
import { jsonLine, renderRelease } from './record-file.ts'

/**
 * What stands beside the record while a release is tried, in `model-canary.yaml` or `model-experiment.yaml`: what an environment looks
 * like is a function of the record and of that. It says by itself what is tried, at which weight, and how it is judged, so that a test
 * keeps its rules until it is over. Since when is not in it: that is the commit which last changed it.
 */
export interface CanaryFile extends Canary {
  /** Percent of the traffic that the challenger gets; absent where its controller moves it. */
  weight?: number | undefined
  /** The controller of the workload takes the steps, and knows the weight of now. */
  moved_by?: 'controller' | undefined
  /** The champion that `latency_ms` was taken from, and how many of its answers; absent where the rules said it. */
  latency_from?: { release: string; answers: number } | undefined
  /** The whole record of the release that is tried. */
  challenger: ReleaseRecord
}

export type RecordBeside = Partial<Pick<ReleaseRecord, 'model' | 'version'>>

const FIELDS = {
  weight: Weight.optional().describe(
    'Percent of the traffic that the challenger gets. Absent where its controller moves it.',
  ),
  moved_by: z
    .literal('controller')
    .optional()
    .describe('The controller of the workload takes the steps, and knows the weight of now.'),
  ...CANARY_RULES,
  latency_from: z
    .strictObject({
      release: z.string().min(1).max(200).describe('Version of the champion.'),
      answers: z.int().positive().describe('How many answers of a day it rests on.'),
    })
    .optional()
    .describe('Where `latency_ms` was taken from the champion; absent where the rules said it.'),
  challenger: ReleaseRecord.describe('The whole record of the release that is tried.'),
}

/** One whose weight of now is known, by its file or by its controller; as one program tells it to another, whichever of the two it is. */
export const CanaryAtWeight = z.strictObject({ ...FIELDS, weight: Weight, decide: Decide.optional() })
export type CanaryAtWeight = CanaryFile & { weight: number }

export const CANARY_FILE = 'model-canary.yaml'
export const EXPERIMENT_FILE = 'model-experiment.yaml'

/** The names of the files, beside the record. There is one of them at most. */
export const TRIED_FILES = [CANARY_FILE, EXPERIMENT_FILE] as const

/** The name of the file in which it stands. */
export function triedFileOf({ decide }: Pick<CanaryFile, 'decide'>): (typeof TRIED_FILES)[number] {
  return decide === undefined ? CANARY_FILE : EXPERIMENT_FILE
}

/** Same canary, same bytes: each line a key with a JSON value, and the lines of the challenger's record below its own key. */
export function renderCanary(file: CanaryFile): string {
  const { challenger, ...rules } = file
  const { header, keys } = FORMS[triedFileOf(file)]
  const place = ([key]: [string, unknown]) => (keys.includes(key) ? keys.indexOf(key) : keys.length)
  const own = Object.entries(file.decide === undefined ? rules : experimentIn(rules)).filter(
    ([, value]) => value !== undefined,
  )
  const ordered = own.sort((a, b) => place(a) - place(b) || (a[0] < b[0] ? -1 : 1))
  const [, ...record] = renderRelease(challenger).trimEnd().split('\n')
  return [
    header,
    ...ordered.map(([key, value]) => `${/^[a-z_]+$/.test(key) ? key : jsonLine(key)}: ${jsonLine(value)}`),
    'challenger:',
    ...record.map(line => `  ${line}`),
    '',
  ].join('\n')
}

/**
 * Text of a file → what is tried by it; its name tells which of the two it is. The text may come from anybody who could write to the repository's history.
 *
 * @param beside what is known of the record that it stands beside: another release of the same model is tried there
 * @throws AssayError `CANARY_INVALID` with every problem, its line and the nearest known key
 */
export function parseCanary(text: string, file: string, beside: RecordBeside = {}): CanaryFile {
  const { format } = FORMS[file.endsWith(EXPERIMENT_FILE) ? EXPERIMENT_FILE : CANARY_FILE]
  const canary = parseYaml(format, text.replace(/^\ufeff/, ''), file).value
  const problem = misplaced(canary, beside)
  if (!problem) return canary
  const title = `${file} does not fit the record beside it`
  throw new AssayError({ code: 'CANARY_INVALID', title, problems: [{ ...problem, where: { file } }] })
}

// --- internal ---

const AsCanary = z
  .strictObject({ schema: z.literal(1).optional(), ...FIELDS })
  .refine(({ weight, moved_by }) => (weight === undefined) === (moved_by !== undefined), {
    path: ['weight'],
    message: 'is needed, unless there is `moved_by`',
  })
  .refine(({ weight, steps }) => weight === undefined || steps.includes(weight), {
    path: ['weight'],
    message: 'is none of `steps`',
  })

const AsExperiment = z
  .strictObject({
    schema: z.literal(1).optional(),
    ...EXPERIMENT_RULES,
    latency_from: FIELDS.latency_from,
    challenger: FIELDS.challenger,
  })
  .transform(({ challenger, ...rules }): CanaryFile => {
    return { weight: rules.shares[1], ...canaryOf(rules), challenger }
  })

const FORMAT = {
  code: 'CANARY_INVALID',
  reads: 1,
  most: 1024 * 1024,
  rules: (file, whereOf, _, broken) =>
    broken.at([]) ? [] : rulesProblems(file, whereOf, { model: file.challenger.model }),
} as const satisfies Partial<YamlFormat<CanaryFile>>

const FORMS: Record<
  (typeof TRIED_FILES)[number],
  { header: string; keys: readonly string[]; format: YamlFormat<CanaryFile> }
> = {
  [CANARY_FILE]: {
    header:
      '# Written by Assay: a release that is tried here beside the one of the record. To end the trial: `assay rollback`.',
    keys: ['weight', 'moved_by', ...Object.keys(CANARY_RULES), 'latency_from'],
    format: { ...FORMAT, schema: AsCanary, whenEmpty: restored(CANARY_FILE) },
  },
  [EXPERIMENT_FILE]: {
    header:
      '# Written by Assay: an experiment with a release beside the one of the record. To end it: `assay rollback`.',
    keys: [...Object.keys(EXPERIMENT_RULES), 'latency_from'],
    format: { ...FORMAT, schema: AsExperiment, whenEmpty: restored(EXPERIMENT_FILE) },
  },
}

function misplaced(
  { challenger }: CanaryFile,
  { model, version }: RecordBeside,
): Pick<Problem, 'what' | 'fix'> | undefined {
  if (model !== undefined && challenger.model !== model)
    return { what: `its challenger is a release of another model, ${challenger.model}`, fix: REMOVED }
  if (version !== undefined && challenger.version === version)
    return {
      what: `its challenger, ${version}, is the release of the record already: that was replaced by hand`,
      fix: REMOVED,
    }
  return undefined
}

const REMOVED = 'remove it, or end what is tried with `assay rollback`'

function restored(file: string): string {
  return `remove it, or restore it from the history: \`git log -- ${file}\``
}

/** The rules as an experiment has them, and what a newer version wrote beside them. */
function experimentIn({ weight: _, ...rules }: Omit<CanaryFile, 'challenger'>): object {
  return experimentOf(rules)
}
