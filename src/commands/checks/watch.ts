import { dirname } from 'node:path/posix'
import type { Finding } from '../../ci/workflows/findings.ts'
import { configFor, type DeployConfig } from '../../core/deploy-config/deploy-config.ts'
import type { Watch } from '../../core/deploy-config/watch.ts'
import { isAssayError } from '../../core/errors/errors.ts'
import { recordFinder } from '../../core/promotion/places/places.ts'
import { RECORD_FILE } from '../../core/release/record.ts'
import { count, formatCount } from '../../core/text/numbers.ts'
import { type Series, seriesOf } from '../../core/traffic/counts/series.ts'
import { RELEASED_PROFILE_FILE } from '../../core/traffic/profile/profile.ts'
import { MOST_PROFILE_BYTES, parseProfile } from '../../core/traffic/profile/profile-file.ts'
import { readInside } from '../../services/files/files.ts'
import { findFiles } from '../../services/files/find-files.ts'
import { RECORDED } from '../../targets/watch/rules.ts'

/** What `assay check` says in a deploy repository of what watches its releases: series, and the Secret that the collector needs. */
export async function watchFindings(folder: string, config: DeployConfig): Promise<Finding[]> {
  const isWatched = [config, ...Object.keys(config.models).map(model => configFor(config, model))].some(one =>
    one.environments.some(({ watch }) => watch && (watch.profile || watch.events !== undefined)),
  )
  if (!isWatched) return []
  const { files } = await findFiles(folder, name => name === RELEASED_PROFILE_FILE, LIMITS)
  const placeOf = recordFinder(config)
  const findings: Finding[] = []
  let total = 0
  let releases = 0
  for (const { path } of files) {
    const place = placeOf(`${dirname(path)}/${RECORD_FILE}`)
    const watch = place && watchIn(config, place)
    if (!place || !watch) continue
    const series = await seriesIn(folder, path, watch)
    if ('problem' in series) findings.push({ level: 'problem', text: series.problem })
    else {
      total += series.total
      releases++
      if (series.total > watch.series) findings.push(tooMany(place, series, watch))
    }
  }
  const sum = `${count(releases, 'release')} watched, ${formatCount(total)} series`
  return [{ level: 'ok', text: `watch: ${sum}` }, ...findings, ...(await secretFindings(folder))]
}

// --- internal ---

const LIMITS = { depth: 12, most: 50_000 }
const MOST_MANIFEST_BYTES = 256 * 1024
/** Made from files that are not in here, or by what reads them from elsewhere. */
const SECRET_KINDS = /^kind: *["']?(?:Secret|SealedSecret|ExternalSecret|SopsSecret)["']? *$/m
const SECRET = 'assay-collector'

function watchIn(config: DeployConfig, place: { environment: string; model: string }): Watch | undefined {
  return configFor(config, place.model).environments.find(({ name }) => name === place.environment)?.watch
}

async function seriesIn(
  folder: string,
  path: string,
  { rules }: Watch,
): Promise<Series | { problem: string }> {
  try {
    const { bytes } = await readInside(folder, path, { maxBytes: MOST_PROFILE_BYTES, input: 'profile' })
    return seriesOf(parseProfile(bytes, path), rules === 'counts' ? RECORDED : undefined)
  } catch (error) {
    if (!isAssayError(error)) throw error
    return {
      problem: `${path}: ${error.problems[0]?.what ?? error.message}: nothing of its release is counted`,
    }
  }
}

function tooMany(
  { environment, model }: { environment: string; model: string },
  { words }: Series,
  { series }: Watch,
): Finding {
  return {
    level: 'problem',
    text: `${model} in ${environment}: ${words}, and \`watch.series\` allows ${formatCount(series)}: give its features fewer \`bins\` or \`categories\` in \`profile\` of assay.yml, or allow more`,
  }
}

/** The Secret is the platform's: it is named where no manifest in the repository makes it, and may be made by hand. */
async function secretFindings(folder: string): Promise<Finding[]> {
  const { files } = await findFiles(folder, name => /\.ya?ml$/.test(name), LIMITS)
  for (const { path } of files) {
    const text = await manifestText(folder, path)
    const isMade = (one: string) =>
      SECRET_KINDS.test(one) && new RegExp(`^ +name: *["']?${SECRET}["']? *$`, 'm').test(one)
    if (text?.includes(SECRET) && text.split(/^---/m).some(isMade)) return []
  }
  const text = `watch: the collector needs the Secret \`${SECRET}\` with the key \`tokens\`, and no manifest here makes it: where nobody has made it by hand, \`kubectl create secret generic ${SECRET} --from-file=tokens\``
  return [{ level: 'warning', text }]
}

async function manifestText(folder: string, path: string): Promise<string | undefined> {
  try {
    const { bytes } = await readInside(folder, path, { maxBytes: MOST_MANIFEST_BYTES, input: 'manifest' })
    return Buffer.from(bytes).toString('utf8')
  } catch (error) {
    // What is too large or not a file of the repository makes no Secret that is looked for.
    if (isAssayError(error, 'FILE_REFUSED', 'FILE_TOO_LARGE', 'FILE_NOT_FOUND')) return undefined
    throw error
  }
}
