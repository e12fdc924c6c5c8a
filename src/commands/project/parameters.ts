import type { ModelConfig } from '../../core/config/config.ts'
import { isAssayError, positionWords } from '../../core/errors/errors.ts'
import { readPipeline } from '../../core/inputs/dvc/pipeline.ts'
import { MAX_PARAMETERS_FILE, parseParameters } from '../../core/release/parameters.ts'
import { ReleaseRecord } from '../../core/release/record.ts'
import { readInside } from '../../services/files/files.ts'
import type { Context } from '../command/context.ts'
import { withoutSecrets } from '../command/without-secrets.ts'
import { readDvcText } from '../project/dvc-text.ts'

/**
 * The parameters that the model was trained with, from the file that the configuration names, else from those that `dvc.yaml`
 * does, freed of secrets. A file that cannot be read is a warning and not the end: what was judged is known without it, and the
 * commit in the record still leads to the file.
 */
export async function readParameters(
  context: Context,
  { parameters: file }: ModelConfig,
): Promise<ReleaseRecord['parameters'] | undefined> {
  const files = file === undefined ? await filesOfDvc(context) : [file]
  const all: NonNullable<ReleaseRecord['parameters']> = {}
  let isRead = false
  for (const one of files) {
    const read = await readFile(context, one)
    if (!read) continue
    isRead = true
    // Two files of DVC may call two things the same: the later one has its file before its name.
    for (const [name, value] of Object.entries(read)) {
      const own = Object.hasOwn(all, name) ? `${one}:${name}` : name
      if (own.length <= MOST_OF_A_NAME) all[own] = value
    }
  }
  return isRead ? all : undefined
}

// --- internal ---

const MOST_OF_A_NAME = 200

/** Those of a form that is read: TOML and Python are others. */
async function filesOfDvc({ folder, log }: Context): Promise<string[]> {
  try {
    const text = await readDvcText(folder, 'dvc.yaml')
    const { params } = readPipeline(text ?? '')
    return params.filter(file => /\.(json|ya?ml)$/i.test(file))
  } catch (error) {
    if (!isAssayError(error, 'FILE_REFUSED', 'FILE_TOO_LARGE')) throw error
    log.warn(`dvc.yaml was not asked for files of parameters: ${error.problems[0]?.what ?? error.message}.`)
    return []
  }
}

async function readFile(context: Context, file: string): Promise<ReleaseRecord['parameters'] | undefined> {
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
      `The parameters are not known: ${position ? `${position}: ` : ''}${first?.what ?? error.message}${more}.`,
    )
    return undefined
  }
}
