import type { EvalResult, UnreadEval } from '../../core/config/starter/repository.ts'
import { isAssayError } from '../../core/errors/errors.ts'
import { readEvals } from '../../core/inputs/evals/read-evals.ts'
import { toolBySignature } from '../../core/inputs/evals/signature.ts'
import { type EvalTool, PredictionsFile } from '../../core/inputs/file-options.ts'
import { readInside } from '../../services/files/files.ts'

/** Larger ones take longer to read than anybody waits for a first configuration. */
const MAX_BYTES = 16 * 1024 * 1024
/** What a tool's own keys stand in. */
const HEAD_BYTES = 64 * 1024

/** The result of an evaluation tool, as its reader takes it, or why it does not; undefined where it is none. */
export async function evalResultIn(
  folder: string,
  file: string,
): Promise<EvalResult | UnreadEval | undefined> {
  let from: EvalTool | undefined
  try {
    const { bytes } = await readInside(folder, file, { maxBytes: MAX_BYTES })
    const decoder = new TextDecoder()
    from = toolBySignature(decoder.decode(bytes.subarray(0, HEAD_BYTES)))
    if (from === undefined) return undefined
    const { values = [], lower = [] } = readEvals(decoder.decode(bytes), {
      ...PredictionsFile.parse({ file, from }),
      from,
    })
    return { from, metrics: values.map(({ name }) => name), lower }
  } catch (error) {
    if (isAssayError(error, 'FILE_NOT_FOUND', 'FILE_REFUSED', 'FILE_TOO_LARGE')) return undefined
    if (from !== undefined && isAssayError(error, 'PREDICTIONS_INVALID'))
      return { from, why: error.problems[0]!.what }
    throw error
  }
}
