import { createHash } from 'node:crypto'
import { AssayError } from '../../errors/errors.ts'
import { schemaProblem } from '../../text/newer-file.ts'
import { formatCount } from '../../text/numbers.ts'
import { decodeUtf8 } from '../../text/utf8.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import { isEndless } from '../../verdict/endless.ts'
import { issueWords } from '../../yaml/issue-words.ts'
import { MOST_FEATURES, ModelProfile } from './profile.ts'

/** The text of `model-profile.json`. JSON with a line for each feature, so that a diff of two releases shows which one changed. */

/** The bytes a profile may have where it is read; what a target carries is less. */
export const MOST_PROFILE_BYTES = 1024 * 1024
const MOST_PROBLEMS = 20
const FIX = 'write it again with `assay evaluate`, and release that'

/** Same profile, same bytes: keys in the order of the schema, labels by their names. */
export function renderProfile(profile: ModelProfile): string {
  const { version, model, rows, data, features, score, prediction, accuracy, importance } = profile
  const labels = score && byName(score.labels)
  const parts = Object.entries({
    version,
    model,
    rows,
    data: { hash: data.hash },
    features: undefined,
    score: score && {
      edges: score.edges,
      means: score.means,
      labels,
      positive: score.positive,
      threshold: score.threshold,
    },
    prediction: prediction && ordered(prediction),
    accuracy: accuracy && { rows: accuracy.rows, right: accuracy.right },
    importance: importance && byName(importance),
  })
  const lines = parts.flatMap(([key, value]) => {
    if (key === 'features') return [featureLines(features.map(ordered))]
    return value === undefined ? [] : [`  ${JSON.stringify(key)}: ${JSON.stringify(value)}`]
  })
  return `{\n${lines.join(',\n')}\n}\n`
}

/** What a record says its profile is, and a result: sha256 of the bytes of the file, hex. */
export function profileHash(profile: ModelProfile): string {
  const known = HASHES.get(profile)
  if (known !== undefined) return known
  const hash = createHash('sha256').update(renderProfile(profile)).digest('hex')
  HASHES.set(profile, hash)
  return hash
}

/**
 * Bytes of a profile → profile. They may come from anybody: of a run's artifact, or of a repository's history.
 *
 * @throws AssayError `PROFILE_INVALID` with all that keeps it from being one; no value of it stands in a message
 */
export function parseProfile(bytes: Uint8Array, file: string): ModelProfile {
  if (bytes.length > MOST_PROFILE_BYTES)
    throw invalid(file, [`larger than ${formatCount(MOST_PROFILE_BYTES / 1024)} KiB`])
  const raw = jsonOf(bytes, file)
  const other = schemaProblem(raw, 1, 'version')
  if (other)
    throw new AssayError({
      code: 'PROFILE_INVALID',
      title: `${file} is not a profile that this version reads`,
      problems: [{ ...other, where: { file } }],
    })
  const features = raw instanceof Object && 'features' in raw ? raw.features : undefined
  if (Array.isArray(features) && features.length > MOST_FEATURES)
    throw invalid(file, [
      `it has ${formatCount(features.length)} features, and there may be ${formatCount(MOST_FEATURES)}`,
    ])
  if (isEndless(ModelProfile, raw)) throw invalid(file, ['nearly nothing in it is what a profile has'])
  const parsed = ModelProfile.safeParse(raw)
  if (parsed.success) return parsed.data
  throw invalid(file, problemsIn(parsed.error.issues, raw))
}

// --- internal ---

/** Made once a profile: a watch holds it against each answer. */
const HASHES = new WeakMap<ModelProfile, string>()

/** The longest first: what a line of a feature has. */
const KEYS = ['name', 'type', 'edges', 'categories', 'counts', 'missing', 'pooled']

function ordered(feature: object): object {
  const entries = new Map(Object.entries(feature))
  return Object.fromEntries(KEYS.flatMap(key => (entries.has(key) ? [[key, entries.get(key)]] : [])))
}

function featureLines(features: object[]): string {
  if (features.length === 0) return '  "features": []'
  return `  "features": [\n${features.map(feature => `    ${JSON.stringify(feature)}`).join(',\n')}\n  ]`
}

function jsonOf(bytes: Uint8Array, file: string): unknown {
  const decoded = decodeUtf8(bytes)
  if (!('text' in decoded)) throw invalid(file, ['it is not UTF-8'])
  try {
    return JSON.parse(decoded.text)
  } catch {
    // The engine's message quotes the text, and a profile may hold what nobody else is to read.
    throw invalid(file, ['it is not JSON, or cut off'])
  }
}

function byName<T>(of: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)))
}

type Issues = Parameters<typeof issueWords>[0][]

function problemsIn(issues: Issues, raw: unknown): string[] {
  const more = issues.length - MOST_PROBLEMS
  return [
    ...issues.slice(0, MOST_PROBLEMS).map(issue => `${placeOf(issue.path, raw)}: ${issueWords(issue)}`),
    ...(more > 0 ? [`and ${formatCount(more)} more`] : []),
  ]
}

/** `features.3.counts (`age`)`: an index alone is hard to find in a file of a hundred lines. */
function placeOf(path: readonly PropertyKey[], raw: unknown): string {
  const place = shown(path.map(String).join('.')) || 'the file'
  const [key, index] = path
  const features = (raw as { features?: { name?: unknown }[] }).features
  const name = key === 'features' && typeof index === 'number' ? features?.[index]?.name : undefined
  return typeof name === 'string' ? `${place} (\`${shown(name)}\`)` : place
}

function shown(text: string): string {
  return shortened(visible(text), 80)
}

function invalid(file: string, problems: string[]): AssayError {
  return new AssayError({
    code: 'PROFILE_INVALID',
    title: `${file} is not a profile of Assay`,
    problems: problems.map(what => ({ what: shortened(what, 300), where: { file }, fix: FIX })),
  })
}
