import {
  type DeployFound,
  type FoundBranch,
  isManifest,
  isTagFile,
} from '../../core/deploy-config/starter/carriers/carriers.ts'
import { environmentOfBranch } from '../../core/deploy-config/starter/carriers/environments.ts'
import { isAssayError } from '../../core/errors/errors.ts'
import { openDeployClone } from '../../services/git/deploy-clone.ts'
import type { Context } from '../command/context.ts'
import { branchTree } from '../deploy/render/branch-tree.ts'
import type { DeployFiles } from '../deploy/render/helm-files.ts'
import { workTree } from '../deploy/render/work-tree.ts'

/** A deploy repository as far as it can be read: what is too large for a manifest is none. */
export async function lookAtDeploy({ folder, env }: Pick<Context, 'folder' | 'env'>): Promise<DeployFound> {
  const names = [...(await openDeployClone(folder, env).branches('', 'all')).keys()]
  const branches: FoundBranch[] = []
  for (const name of names.filter(one => environmentOfBranch(one) !== undefined).slice(0, MOST_BRANCHES)) {
    const tree = await branchTree({ folder, env }, name)
    if (tree) branches.push({ name, ...(await readIn(tree)) })
  }
  return { ...(await readIn(workTree(folder))), branches }
}

// --- internal ---

const MOST_FILES = 5000
const MOST_BRANCHES = 20
const MOST_CHARACTERS = 512 * 1024

async function readIn(tree: DeployFiles): Promise<Pick<DeployFound, 'files' | 'texts'>> {
  const files = await tree.listFiles('', '')
  const wanted = files.filter(one => isManifest(one) || isTagFile(one)).slice(0, MOST_FILES)
  const texts = await textsOf(tree, wanted)
  const small = [...texts].filter(
    (one): one is [string, string] => (one[1]?.length ?? Infinity) <= MOST_CHARACTERS,
  )
  return { files, texts: new Map(small) }
}

/** All at once, or one by one where one is refused. */
async function textsOf(
  tree: DeployFiles,
  files: readonly string[],
): Promise<ReadonlyMap<string, string | undefined>> {
  try {
    return await tree.readFiles('', files)
  } catch (error) {
    if (!isAssayError(error, 'FILE_REFUSED', 'FILE_TOO_LARGE')) throw error
    if (files.length === 1) return new Map()
    const each = await Promise.all(files.map(file => textsOf(tree, [file])))
    return new Map(each.flatMap(one => [...one]))
  }
}
