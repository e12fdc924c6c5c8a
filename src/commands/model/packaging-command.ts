import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AssayError, isAssayError, type Problem } from '../../core/errors/errors.ts'
import { type Packaged, parsePackageFile } from '../../core/release/image-reference.ts'
import { decodeUtf8 } from '../../core/text/utf8.ts'
import { readInside } from '../../services/files/files.ts'
import { type EndedCommand, environmentFor, runCommand } from '../../services/process/process.ts'
import type { Context } from '../command/context.ts'
import { endedWell, howEnded } from '../project/ended.ts'
import { timeoutOf } from '../project/project.ts'

/**
 * Runs the packaging command; what it writes into a file of its own, outside the repository, is what it made.
 *
 * @throws AssayError PACKAGE_FAILED, PACKAGE_INVALID
 */
export async function runPackaging(
  context: Context,
  command: { run: string; timeout: string },
  { commit, model }: { commit: string; model: string },
): Promise<Packaged> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-package-'))
  try {
    const ended = await context.log.group(`Package ${model}: ${command.run}`, () =>
      runCommand({
        run: command.run,
        folder: context.folder,
        env: environmentFor(context.env, {
          ASSAY_WORKSPACE: context.folder,
          ASSAY_PACKAGE_FILE: join(folder, FILE),
          ASSAY_MODEL: model,
          ASSAY_COMMIT: commit,
        }),
        timeoutSeconds: timeoutOf(command),
        signal: context.signal,
        onOutput: chunk => context.log.raw(chunk),
      }),
    )
    if (!endedWell(ended)) throw failed(model, command, ended)
    return await readPackageFile(folder, model)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** It is not clear what is deployed. */
export function invalid(model: string, problems: Problem[]): AssayError {
  return new AssayError({
    code: 'PACKAGE_INVALID',
    title: `It is not clear what to deploy of ${model}`,
    problems,
  })
}

// --- internal ---

const MOST_BYTES = 64 * 1024
const FILE = 'package'

async function readPackageFile(folder: string, model: string): Promise<Packaged> {
  let bytes: Uint8Array
  try {
    bytes = (await readInside(folder, FILE, { maxBytes: MOST_BYTES, input: 'package file' })).bytes
  } catch (error) {
    if (!isAssayError(error)) throw error
    if (error.code === 'FILE_NOT_FOUND') return {}
    throw invalid(model, error.problems)
  }
  const decoded = decodeUtf8(bytes)
  if (!('text' in decoded))
    throw invalid(model, [
      { what: `the package file is not UTF-8 from byte ${decoded.invalidAt} on`, fix: 'write plain text' },
    ])
  const { problems, ...packaged } = parsePackageFile(decoded.text, 'ASSAY_PACKAGE_FILE')
  if (problems.length > 0) throw invalid(model, problems)
  return packaged
}

function failed(model: string, command: { run: string; timeout: string }, ended: EndedCommand): AssayError {
  return new AssayError({
    code: 'PACKAGE_FAILED',
    title: `${model} could not be packaged`,
    problems: [
      {
        what: howEnded(command, ended),
        fix: 'its output stands above; run `assay release` again once it works',
      },
    ],
    worked: 'the model was trained and judged; nothing was proposed',
  })
}
