import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '../../ci/workflows/findings.ts'
import { isAssayError, positionWords } from '../../core/errors/errors.ts'
import { readInside } from '../../services/files/files.ts'
import { DEPLOY_FILE } from '../deploy/read/deploy-branch.ts'
import { parseDeploy } from '../deploy/read/state.ts'
import { sliceFindings } from './slices.ts'
import { watchFindings } from './watch.ts'

/** What `assay check` says in a deploy repository: of its assay-deploy.yml. Undefined where there is none. */
export async function checkDeployFile(folder: string): Promise<Finding[] | undefined> {
  if (!existsSync(join(folder, DEPLOY_FILE))) return undefined
  try {
    const { bytes } = await readInside(folder, DEPLOY_FILE, { maxBytes: MOST_BYTES })
    const config = parseDeploy(new TextDecoder().decode(bytes))
    const order = config.environments.map(({ name }) => name).join(', ')
    return [
      { level: 'ok', text: `${DEPLOY_FILE} is valid: ${order}` },
      ...(await watchFindings(folder, config)),
      ...(await sliceFindings(folder, config)),
    ]
  } catch (error) {
    if (!isAssayError(error)) throw error
    return error.problems.map(({ what, where, fix }) => ({
      level: 'problem',
      text: `${positionWords(where) || DEPLOY_FILE}: ${what}${fix ? ` (${fix})` : ''}`,
    }))
  }
}

// --- internal ---

const MOST_BYTES = 1024 * 1024
