import * as z from 'zod'
import { RelativePath } from '../text/relative-path.ts'
import { Command } from './commands.ts'

/** Retraining in `assay.yml`: what starts it, and how often it may be. */

const LIMITS = {
  cool_down_days: z
    .int()
    .min(0)
    .max(365)
    .default(7)
    .describe('Days from one retraining of the model to the next, counted from its pull request.'),
  most_a_month: z
    .int()
    .min(1)
    .max(100)
    .default(4)
    .describe('Retrainings of the model within 30 days, at most.'),
}

const UPDATE = {
  update: Command.optional().describe(
    'Command that moves the data on in the run that is started, such as `dvc update data/train.csv.dvc`: tracked files that it changes are committed and proposed; where it changes none there is nothing newer to train on.',
  ),
}

export const Retrain = z.union([
  z.strictObject({
    file: RelativePath.describe(
      'File that says which data the model is trained on; its whole text is `value`.',
    ),
    value: z
      .string()
      .min(1)
      .max(500)
      .regex(/^[^\p{Cc}\p{Cf}]*$/u, 'one line')
      .describe(
        'What is written into it: `{date}` is the day in UTC, `{model}` and `{champion}` the model and the version that serves.',
      ),
    ...LIMITS,
  }),
  z.strictObject({
    workflow: z
      .string()
      .regex(
        /^[\w-][\w.-]{0,100}\.ya?ml$/,
        "the name of a workflow's file without its folder, such as `retrain.yml`",
      )
      .describe(
        'File of the workflow, without its folder, that is started on the branch of the retraining with the input `claim`.',
      ),
    ...UPDATE,
    ...LIMITS,
  }),
  z.strictObject({
    pipeline: z
      .enum(['input', 'variable'])
      .describe(
        'A pipeline of the project is started on the branch of the retraining, with the claim as its input `claim` or as the variable `ASSAY_CLAIM`.',
      ),
    ...UPDATE,
    ...LIMITS,
  }),
  z.strictObject({
    job: z
      .string()
      .max(300)
      .regex(
        /^\w[\w .-]*(?:\/\w[\w .-]*)*$/,
        'the name of a job with those of the folders above it, such as `team/retrain`',
      )
      .describe(
        'Job of the Jenkins that `ASSAY_JENKINS_URL` names, which is started with the claim as its parameter `claim`.',
      ),
    ...UPDATE,
    ...LIMITS,
  }),
])

export type Retrain = z.infer<typeof Retrain>
