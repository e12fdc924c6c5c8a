import * as z from 'zod'
import { AssayError, type Problem } from '../errors/errors.ts'
import { metricsOf, readPipeline } from '../inputs/dvc/pipeline.ts'
import { textOfForm } from '../text/text-of-form.ts'
import type { WhereOf } from '../yaml/config.ts'
import { Seconds } from './commands.ts'

/** DVC in `assay.yml`: which data is brought before training, and which stages train. */

/** What means nothing to a shell, and is no option of `dvc`. */
const Target = textOfForm(
  /^[\p{L}\p{N}_][\p{L}\p{N}_./@:+=-]{0,299}$/u,
  'a path or the name of a stage, without spaces, such as `data/train.csv` or `train`',
)

const Targets = z.array(Target).min(1).max(100)

export const Dvc = z
  .strictObject({
    pull: z
      .union([z.literal(true), Targets])
      .optional()
      .describe(
        '`dvc pull` before training: `true` for all that DVC tracks, or the files, folders and stages that are needed. Training starts only where their hashes are those of `dvc.lock` and the `.dvc` files.',
      ),
    remote: z
      .string()
      .regex(/^\w[\w.-]{0,99}$/, 'the name of a remote of DVC, such as `storage`')
      .optional()
      .describe("The remote that is pulled from. Default: DVC's own."),
    repro: z
      .union([z.literal(true), Targets])
      .optional()
      .describe('`dvc repro` is the training: `true` for all stages, or these. Instead of `train`.'),
    timeout: Seconds.default('6h').describe('Each of the two is stopped after this long.'),
  })
  .refine(({ pull, repro }) => pull !== undefined || repro !== undefined, 'needs `pull` or `repro`')
  .refine(
    ({ pull, remote }) => remote === undefined || pull !== undefined,
    '`remote` says where `pull` brings data from, and there is no `pull`',
  )
export type Dvc = z.infer<typeof Dvc>

/** What DVC is told to bring: all, or these. */
export type PullTargets = NonNullable<Dvc['pull']>

interface Command {
  run: string
  timeout: string
}

/** The command that trains: that of `train`, or DVC's stages. */
export function trainingOf({ train, dvc }: { train?: Command; dvc?: Dvc }): Command | undefined {
  if (train || !dvc?.repro) return train
  return { run: ['dvc repro', ...listed(dvc.repro)].join(' '), timeout: dvc.timeout }
}

/** The command that brings the data. Every word of it is of a grammar that means nothing to a shell. */
export function pullCommand(targets: PullTargets, remote: string | undefined): string {
  return ['dvc pull', ...(remote === undefined ? [] : ['--remote', remote]), ...listed(targets)].join(' ')
}

/** A rule between keys: what trains is named once, and gives another result for another seed. */
export function reproIsTheTraining(
  { dvc, train, seeds }: { dvc?: Dvc; train?: unknown; seeds?: unknown },
  at: WhereOf,
): Problem[] {
  if (dvc?.repro === undefined) return []
  const where = at(['dvc', 'repro'])
  return [
    ...(train
      ? [
          {
            what: '`dvc.repro` and `train` are both the training',
            where,
            fix: 'keep one: a stage of dvc.yaml may run what `train` runs',
          },
        ]
      : []),
    ...(seeds
      ? [
          {
            what: 'DVC runs a stage again where its files change, not its `ASSAY_SEED`: all `seeds` would give the result of the first',
            where,
            fix: 'train with `train: dvc repro --force <stage>`, or without `seeds`',
          },
        ]
      : []),
  ]
}

/**
 * The metric files that `dvc.yaml` names for the stages that train, of models that name nothing to read.
 *
 * @param pipeline text of `dvc.yaml`, where there is one
 * @throws AssayError CONFIG_INVALID where there are none
 */
export function withDvcMetrics<Models extends Record<string, Readable>>(
  models: Models,
  pipeline: string | undefined,
  file: string,
): Models {
  const problems: Problem[] = []
  const found = Object.entries(models).map(([name, model]) => {
    const { dvc, metrics, predictions, folds } = model
    if (dvc?.repro === undefined || metrics.length > 0 || predictions || folds) return [name, model]
    const files = pipeline === undefined ? [] : metricsOf(readPipeline(pipeline), dvc.repro)
    if (files.length === 0)
      problems.push({
        what: `${name}: there is nothing to read: no \`metrics\`, \`predictions\` or \`folds\`, and dvc.yaml names no metrics of its stages`,
        where: { file },
        fix: 'name the file that the stages write',
      })
    return [name, { ...model, metrics: files.map(file => ({ file })) }]
  })
  if (problems.length === 0) return Object.fromEntries(found) as Models
  throw new AssayError({ code: 'CONFIG_INVALID', title: `${file} names nothing to read`, problems })
}

// --- internal ---

interface Readable {
  dvc?: Dvc | undefined
  metrics: { file: string }[]
  predictions?: unknown
  folds?: unknown
}

function listed(targets: PullTargets): string[] {
  return targets === true ? [] : targets
}
