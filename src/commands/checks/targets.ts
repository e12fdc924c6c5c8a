import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '../../ci/workflows/findings.ts'
import { configFor } from '../../core/deploy-config/deploy-config.ts'
import { isAssayError, positionWords } from '../../core/errors/errors.ts'
import { readInside } from '../../services/files/files.ts'
import { TARGETS } from '../../targets/index.ts'
import { NO_CANARIES_YET } from '../../targets/release-targets.ts'
import { DEPLOY_FILE } from '../deploy/read/deploy-branch.ts'
import { parseDeploy } from '../deploy/read/state.ts'
import { watchFindings } from './watch.ts'

/** Environments into which nothing can be promoted: their target writes weights alone. `where` names the file or repository. */
export function targetFindings(
  environments: readonly { name: string; target: string }[],
  where: string,
  model?: string,
): Finding[] {
  return environments
    .filter(({ target }) => TARGETS[target]?.writes === 'weights')
    .map(({ name, target }) => ({
      level: 'problem',
      text: `${where}: every promotion${model === undefined ? '' : ` of ${model}`} into ${name} will be refused by its target ${target}: ${NO_CANARIES_YET}`,
    }))
}

/** What `assay check` says in a deploy repository: of its assay-deploy.yml. Undefined where there is none. */
export async function checkDeployFile(folder: string): Promise<Finding[] | undefined> {
  if (!existsSync(join(folder, DEPLOY_FILE))) return undefined
  try {
    const { bytes } = await readInside(folder, DEPLOY_FILE, { maxBytes: MOST_BYTES })
    const config = parseDeploy(new TextDecoder().decode(bytes))
    const order = config.environments.map(({ name }) => name).join(', ')
    return [
      { level: 'ok', text: `${DEPLOY_FILE} is valid: ${order}` },
      ...targetFindings(config.environments, DEPLOY_FILE),
      ...Object.keys(config.models).flatMap(model => {
        const own = configFor(config, model).environments
        const different = own.filter(
          ({ name, target }) => config.environments.find(one => one.name === name)?.target !== target,
        )
        return targetFindings(different, DEPLOY_FILE, model)
      }),
      ...(await watchFindings(folder, config)),
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
