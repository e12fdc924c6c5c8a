import type { ModelConfig } from '../../core/config/config.ts'
import { isAssayError, positionWords } from '../../core/errors/errors.ts'
import { MAX_PARAMETERS_FILE, parseParameters } from '../../core/release/parameters.ts'
import { ReleaseRecord } from '../../core/release/record.ts'
import { readInside } from '../../services/files/files.ts'
import type { Context } from '../command/context.ts'
import { withoutSecrets } from '../command/without-secrets.ts'

/**
 * The parameters that the model was trained with, from the file that the configuration names, freed of secrets. A file that
 * cannot be read is a warning and not the end: what was judged is known without it, and the commit in the record still leads
 * to the file.
 */
export async function readParameters(
  context: Context,
  { parameters: file }: ModelConfig,
): Promise<ReleaseRecord['parameters'] | undefined> {
  if (file === undefined) return undefined
  try {
    const options = { maxBytes: MAX_PARAMETERS_FILE, input: 'file of parameters' }
    const { bytes } = await readInside(context.folder, file, options)
    const { parameters, remarks } = parseParameters(bytes, file)
    for (const remark of remarks) context.log.warn(`${file}: ${remark}.`)
    return withoutSecrets(context, ReleaseRecord.shape.parameters.unwrap(), parameters)
  } catch (error) {
    if (!isAssayError(error)) throw error
    const [first, ...others] = error.problems
    const position = positionWords(first?.where)
    const more = others.length > 0 ? ` (and ${others.length} more problems)` : ''
    context.log.warn(
      `The release has no parameters: ${position ? `${position}: ` : ''}${first?.what ?? error.message}${more}.`,
    )
    return undefined
  }
}
