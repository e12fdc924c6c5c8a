import { type DeployFound, isManifest, isTagFile } from '../../core/deploy-config/starter/carriers.ts'
import { isAssayError } from '../../core/errors/errors.ts'
import { readInside } from '../../services/files/files.ts'
import { openDeployClone } from '../../services/git/deploy-clone.ts'
import type { Context } from '../command/context.ts'
import { workTree } from '../deploy/render/work-tree.ts'

/** A deploy repository as far as it can be read: what is too large for a manifest is none. */
export async function lookAtDeploy({ folder, env }: Pick<Context, 'folder' | 'env'>): Promise<DeployFound> {
  const files = await workTree(folder).listFiles('', '')
  const texts = new Map<string, string>()
  for (const file of files.filter(one => isManifest(one) || isTagFile(one)).slice(0, MOST_FILES)) {
    const text = await textOf(folder, file)
    if (text !== undefined) texts.set(file, text)
  }
  const branches = await openDeployClone(folder, env).branches('')
  return { files, texts, branches: [...branches.keys()] }
}

// --- internal ---

const MOST_FILES = 5000
const MOST_BYTES = 512 * 1024

async function textOf(folder: string, file: string): Promise<string | undefined> {
  try {
    const { bytes } = await readInside(folder, file, { maxBytes: MOST_BYTES, input: 'manifest' })
    return new TextDecoder().decode(bytes)
  } catch (error) {
    if (isAssayError(error, 'FILE_NOT_FOUND', 'FILE_REFUSED', 'FILE_TOO_LARGE')) return undefined
    throw error
  }
}
