import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '../../ci/workflows/findings.ts'
import { isAssayError, positionWords } from '../../core/errors/errors.ts'
import { readInside } from '../../services/files/files.ts'
import { openRepository } from '../../services/git/git.ts'
import type { Context } from '../command/context.ts'
import { DEPLOY_FILE } from '../deploy/read/deploy-branch.ts'
import { parseDeploy } from '../deploy/read/state.ts'
import { type ProvedPlace, placeFindings } from './places.ts'
import { sliceFindings } from './slices.ts'
import { watchFindings } from './watch.ts'

/**
 * What `assay check` says in a deploy repository: of its assay-deploy.yml, and of what a promotion would do by it. Undefined where there
 * is none.
 */
export async function checkDeployFile({
  folder,
  env,
  ci,
}: Pick<Context, 'folder' | 'env'> & Partial<Pick<Context, 'ci'>>): Promise<
  { findings: Finding[]; places: ProvedPlace[] } | undefined
> {
  if (!existsSync(join(folder, DEPLOY_FILE)))
    return existsSync(join(folder, UNREAD)) ? UNREAD_FOUND : undefined
  try {
    const { bytes } = await readInside(folder, DEPLOY_FILE, { maxBytes: MOST_BYTES })
    const config = parseDeploy(new TextDecoder().decode(bytes))
    const order = config.environments.map(({ name }) => name).join(', ')
    const home = ci?.baseRef ?? ci?.defaultBranch ?? (await openRepository(folder, { env }))?.defaultBranch()
    const { findings, places } = await placeFindings({ folder, env, home: await home }, config)
    return {
      findings: [
        { level: 'ok', text: `${DEPLOY_FILE} is valid: ${order}` },
        ...findings,
        ...(await watchFindings(folder, config)),
        ...(await sliceFindings(folder, config)),
      ],
      places,
    }
  } catch (error) {
    if (!isAssayError(error)) throw error
    const findings = error.problems.map(
      ({ what, where, fix }): Finding => ({
        level: 'problem',
        text: `${positionWords(where) || DEPLOY_FILE}: ${what}${fix ? ` (${fix})` : ''}`,
      }),
    )
    return { findings, places: [] }
  }
}

// --- internal ---

/** So that nobody takes it for read. */
const UNREAD = 'assay-deploy.yaml'
const UNREAD_FOUND = {
  findings: [
    {
      level: 'problem' as const,
      text: `${UNREAD}: nothing reads a file of that name (call it ${DEPLOY_FILE})`,
    },
  ],
  places: [],
}

const MOST_BYTES = 1024 * 1024
