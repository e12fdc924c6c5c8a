import * as z from 'zod'
import { PLAIN_ADDRESS } from '../secrets/web-address.ts'

/** A run of MLflow, in a result and in the record of a release. */
export const RunPlace = z.strictObject({
  server: z.string().max(300).regex(PLAIN_ADDRESS, 'a plain http(s) address'),
  experiment: z.string().regex(/^[\w-]{1,64}$/, 'the id of an experiment'),
  run: z.string().regex(/^[\w-]{1,64}$/, 'the id of a run'),
})
export type RunPlace = z.infer<typeof RunPlace>

/** What a result knows of MLflow. Absent: the configuration names none. */
export const TrackedRun = z.object({
  at: RunPlace.optional().describe('Absent where no run could be made or found.'),
  parameters: z
    .record(z.string().min(1).max(200), z.string().max(2000))
    .optional()
    .describe('What training has logged.'),
  problems: z.array(z.string().max(2000)).describe('What was not logged or read, one sentence each.'),
})
export type TrackedRun = z.infer<typeof TrackedRun>

/** Where a person looks at a run. */
export function runAddress({ server, experiment, run }: RunPlace): string {
  return `${server.replace(/\/+$/, '')}/#/experiments/${experiment}/runs/${run}`
}
