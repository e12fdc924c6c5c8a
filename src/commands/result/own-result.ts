import { AssayError } from '../../core/errors/errors.ts'
import { MODEL_NAME } from '../../core/text/names.ts'
import { unknownKeys } from '../../core/text/newer-file.ts'
import { parseResult } from '../../core/verdict/parse-result.ts'
import { Result } from '../../core/verdict/result.ts'
import { readInside } from '../../services/files/files.ts'
import type { Context } from '../command/context.ts'
import { withoutSecrets } from '../command/without-secrets.ts'

/** The result of one model in the output folder. @throws AssayError where there is none, or it is none */
export async function readOwnResult(context: Context, output: string, model: string): Promise<Result> {
  const path = `${output}/${model}/result.json`
  const { bytes } = await readInside(context.folder, path, { maxBytes: MAX_RESULT_BYTES, input: 'result' })
  const result = parseResult(bytes, path)
  const newer = unknownKeys(Result, result)
  if (newer.length > 0)
    context.log.warn(
      `${path} was written by Assay ${result.assay} and says what ${context.version} does not know: ${newer.slice(0, 5).join(', ')}. It is kept and counts for nothing.`,
    )
  if (result.model === model && MODEL_NAME.test(model)) return withoutSecrets(context, Result, result)
  throw new AssayError({
    code: 'RESULT_INVALID',
    title: `${path} is not a result of Assay`,
    problems: [
      {
        what: `it says that it is of the model ${JSON.stringify(result.model)}`,
        where: { file: path },
        fix: 'keep each result in the folder of its model, as `assay evaluate` wrote it',
      },
    ],
  })
}

// --- internal ---

const MAX_RESULT_BYTES = 64 * 1024 * 1024
