import * as z from 'zod'

const Count = z.int().nonnegative()
const Label = z.string().max(2000)
const Sentence = z.string().max(20_000)

const GpuRow = z.object({
  index: Count,
  name: Label,
  utilisation: z.number().nonnegative().optional(),
  idleShare: z.number().nonnegative().optional(),
  memoryPeakMiB: z.number().nonnegative().optional(),
  memoryTotalMiB: z.number().nonnegative().optional(),
  energyWh: z.number().nonnegative().optional(),
  seconds: z.number().nonnegative(),
})

/** What a version took; absent parts were not measured. */
export const Usage = z.object({
  trainSeconds: z.number().nonnegative().optional(),
  evaluateSeconds: z.number().nonnegative().optional(),
  gpus: z.array(GpuRow).optional(),
  cost: z.number().nonnegative().optional(),
  currency: Label.optional(),
  priceSource: Sentence.optional(),
  image: Label.optional().describe('What the training ran in: `name@sha256:…`, where the CI says so.'),
})
