import { dirname } from 'node:path/posix'
import type { Finding } from '../../ci/workflows/findings.ts'
import { configFor, type DeployConfig } from '../../core/deploy-config/deploy-config.ts'
import { isAssayError } from '../../core/errors/errors.ts'
import { recordFinder } from '../../core/promotion/places/places.ts'
import { RECORD_FILE } from '../../core/release/record.ts'
import { whyNoSlices } from '../../core/traffic/exposures/slices.ts'
import { RELEASED_PROFILE_FILE } from '../../core/traffic/profile/profile.ts'
import { MOST_PROFILE_BYTES, parseProfile } from '../../core/traffic/profile/profile-file.ts'
import { readInside } from '../../services/files/files.ts'
import { findFiles } from '../../services/files/find-files.ts'

/** What `assay check` says in a deploy repository of the `slices` of canaries that the profiles of what serves do not have. */
export async function sliceFindings(folder: string, config: DeployConfig): Promise<Finding[]> {
  const isSliced = [config, ...Object.keys(config.models).map(model => configFor(config, model))].some(one =>
    one.environments.some(({ canary }) => canary?.slices !== undefined),
  )
  if (!isSliced) return []
  const { files } = await findFiles(folder, name => name === RELEASED_PROFILE_FILE, LIMITS)
  const placeOf = recordFinder(config)
  const findings: Finding[] = []
  for (const { path } of files) {
    const place = placeOf(`${dirname(path)}/${RECORD_FILE}`)
    const column = place && slicesIn(config, place)
    const why = column === undefined ? undefined : await whyNot(folder, path, column)
    if (place && why !== undefined)
      findings.push({ level: 'problem', text: `${place.model} in ${place.environment}: ${why}` })
  }
  return findings
}

// --- internal ---

const LIMITS = { depth: 12, most: 50_000 }

function slicesIn(
  config: DeployConfig,
  { environment, model }: { environment: string; model: string },
): string | undefined {
  return configFor(config, model).environments.find(({ name }) => name === environment)?.canary?.slices
}

async function whyNot(folder: string, path: string, column: string): Promise<string | undefined> {
  try {
    const { bytes } = await readInside(folder, path, { maxBytes: MOST_PROFILE_BYTES, input: 'profile' })
    const why = whyNoSlices(column, parseProfile(bytes, path))
    return why && `\`slices\` cannot be shown: ${why} (${path})`
  } catch (error) {
    if (!isAssayError(error)) throw error
    return `\`slices: ${column}\` cannot be looked up: ${path}: ${error.problems[0]?.what ?? error.message}`
  }
}
