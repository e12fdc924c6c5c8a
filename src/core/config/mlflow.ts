import * as z from 'zod'
import type { Problem } from '../errors/errors.ts'
import { PLAIN_ADDRESS } from '../secrets/web-address.ts'
import { RelativePath } from '../text/relative-path.ts'
import type { WhereOf } from '../yaml/config.ts'
import { Seconds } from './commands.ts'

/** Where runs and models are tracked, in `assay.yml`. */

const Address = z
  .string()
  .max(300)
  .regex(PLAIN_ADDRESS, {
    error: ({ input }) =>
      /^https?:\/\/[^/?#]*@/i.test(String(input))
        ? 'an address without user and password, which belong in MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD'
        : 'an http(s) address such as https://mlflow.example.com',
  })

const Options = z.strictObject({
  server: Address.optional().describe(
    'The tracking server. Default: that of `MLFLOW_TRACKING_URI`. A token goes only to the server that this variable names.',
  ),
  experiment: z
    .string()
    .regex(/^[^\p{Cc}]{1,200}$/u, 'a name of at most 200 characters on one line')
    .optional()
    .describe('Where its runs are. Default: the name of the model.'),
  log: z
    .boolean()
    .default(true)
    .describe('Whether Assay makes a run, hands it to training and logs what it has measured.'),
  metrics: z
    .boolean()
    .default(false)
    .describe('Whether metrics that training has logged in its run are metrics of the candidate.'),
  run_id: RelativePath.optional().describe(
    'File in which training leaves the id of the run that it has made itself.',
  ),
  register: z
    .string()
    .regex(/^[^/:\p{Cc}]{1,200}$/u, 'a name of at most 200 characters without `/` and `:`')
    .optional()
    .describe('Registered model that gets a version for each release.'),
  timeout: Seconds.default('30s').describe('How long MLflow is waited for in all, for each model.'),
})

export const Mlflow = z.union([Address.transform(server => Options.parse({ server })), Options])
export type Mlflow = z.infer<typeof Options>

/** Each seed trains in a run of its own, and which of them is which nobody knows. */
export function metricsAreOfOneRun(
  { mlflow, seeds }: { mlflow?: Mlflow | undefined; seeds?: number[] | undefined },
  at: WhereOf,
): Problem[] {
  if (!mlflow?.metrics || !seeds) return []
  return [
    {
      what: '`mlflow.metrics` reads the metrics of one run, and `seeds` trains several times',
      where: at(['mlflow', 'metrics']),
      fix: 'have `evaluate` write a metrics file, or take one of the two out',
    },
  ]
}
