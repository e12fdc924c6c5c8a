import { AssayError, isAssayError } from '../../../core/errors/errors.ts'
import { collectFew, fewProblems } from '../../../core/errors/few-problems.ts'
import { MODEL_NAME } from '../../../core/text/names.ts'
import { PROFILE_FILE } from '../../../core/traffic/profile/profile.ts'
import { parseResult } from '../../../core/verdict/parse-result.ts'
import type { Result } from '../../../core/verdict/result.ts'
import type { Artifact, CiRun, CiRuns } from '../../../forges/ci-runs.ts'
import { readArtifact } from '../../../services/artifact/artifact.ts'
import { whyNotOf } from '../../model/release-profile.ts'
import { breath } from '../breath.ts'

/** The name that the workflow of docs/bot.md uploads under. */
export const ARTIFACT = 'assay-result'

export interface FoundResults {
  results: Result[]
  /** What of it is no result, or not of this run. */
  problems: AssayError[]
}

/**
 * The results that a run has left: of its last attempt, the newest upload, and that of each job where jobs leave their own. Undefined where it
 * left none: not every workflow is one of models. All of it may have been written by anybody; a result of another commit than the
 * run's is none. What cannot be read is a problem of whoever waits for a verdict, not the end of the look.
 *
 * @throws AssayError those of the forge
 */
export async function resultsOf(runs: CiRuns, run: CiRun): Promise<FoundResults | undefined> {
  const left = await runs.artifacts(run.id, ARTIFACT)
  const own = left.filter(one => one.createdAt >= run.startedAt && one.headSha === run.headSha)
  const parts = [...Map.groupBy(own, ({ job = '' }) => job).values()].map(([newest]) => newest!)
  if (parts.length === 0) return undefined
  const results: Result[] = []
  const problems: AssayError[] = []
  if (parts.length > MOST_PARTS)
    problems.push(invalid(ARTIFACT, `more than ${MOST_PARTS} jobs have left one`))
  for (const artifact of parts.slice(0, MOST_PARTS)) {
    try {
      const found = await resultsIn(runs, run, artifact)
      results.push(...found.results)
      problems.push(...found.problems)
    } catch (error) {
      if (!isAssayError(error, 'ARTIFACT_INVALID', 'ARTIFACT_TOO_LARGE', 'ARTIFACT_GONE', 'ARTIFACT_ALTERED'))
        throw error
      problems.push(error)
    }
  }
  // Of two of one model nobody can say which counts.
  const single: Result[] = []
  for (const [model, [one, another]] of Map.groupBy(results, ({ model }) => model))
    if (another) problems.push(invalid(ARTIFACT, `there are two results of ${model}`))
    else single.push(one!)
  return { results: single, problems: fewProblems(problems) }
}

// --- internal ---

/** @throws AssayError `ARTIFACT_GONE` and the like; those of the forge */
async function resultsIn(runs: CiRuns, run: CiRun, artifact: Artifact): Promise<FoundResults> {
  if (artifact.expired) throw expired(artifact.name)
  const { fromRoot = false } = artifact
  const within = (path: string) => (fromRoot ? lastPart(path) : path)
  const read = await readArtifact(await runs.download(artifact, MOST_BYTES), {
    wanted: path => [FILE, PROFILE_FILE].some(file => modelOf(within(path), file) !== undefined),
    single: FILE,
    caps: { entries: 4000, file: MOST_BYTES, total: 8 * MOST_BYTES },
  })
  const found = new Map([...read].filter(([path]) => modelOf(within(path), FILE) !== undefined))
  const files = fromRoot ? inOneFolder(found) : found
  const results: Result[] = []
  const problems = collectFew()
  if (files.size === 0) problems.add(invalid(artifact.name, NO_FILE))
  for (const [path, bytes] of files) {
    await breath()
    try {
      const result = parseResult(bytes, path, MOST_VALUES)
      checkIdentity(result, within(path), run)
      const beside = `${path.slice(0, -FILE.length)}${PROFILE_FILE}`
      results.push(withProfile(result, beside, read.get(beside)))
    } catch (error) {
      if (!isAssayError(error, 'RESULT_INVALID', 'RESULT_STALE')) throw error
      problems.add(error)
    }
  }
  return { results, problems: problems.list() }
}

/** Jobs of one run whose results are read. */
const MOST_PARTS = 50
const MOST_BYTES = 1024 * 1024
/** Of one result: a matrix of 150 classes beside a thousand metrics and a thousand slices. More would keep others waiting. */
const MOST_VALUES = 50_000
const FILE = 'result.json'
const NO_FILE = `it has no ${FILE} at its root, and none one folder down`

/** Of one model a file, of several a folder each: the uploader leaves out the folders that all have. `''`: whichever it says. */
function modelOf(path: string, name: string): string | undefined {
  if (path === name) return ''
  const [model = '', file, ...more] = path.split('/')
  return file === name && more.length === 0 && MODEL_NAME.test(model) ? model : undefined
}

/** What a result says of its profile, held against the file that lies beside it, where it was uploaded too. */
function withProfile(result: Result, path: string, bytes: Uint8Array | undefined): Result {
  const { model, profile } = result
  if (bytes === undefined || profile?.hash === undefined) return result
  const why = whyNotReadable(() => whyNotOf(bytes, path, { model, hash: profile.hash! }))
  return why === undefined ? result : { ...result, profile: { advice: [`${why}.`] } }
}

function whyNotReadable(read: () => string | undefined): string | undefined {
  try {
    return read()
  } catch (error) {
    if (!isAssayError(error, 'PROFILE_INVALID')) throw error
    return `${error.message}: ${error.problems[0]!.what}`
  }
}

/** `late-flights/result.json` of a path in any folder. */
function lastPart(path: string): string {
  return path.split('/').slice(-2).join('/')
}

/** Those that lie least deep: what is deeper is of whatever ran. */
function inOneFolder(files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const depth = (path: string) => path.split('/').length
  const least = Math.min(...[...files.keys()].map(depth))
  return new Map([...files].filter(([path]) => depth(path) === least))
}

function checkIdentity({ model, candidate }: Result, path: string, { headSha }: CiRun): void {
  const folder = modelOf(path, FILE)
  if (folder !== '' && folder !== model) throw invalid(path, `it says that it is of the model ${model}`)
  if (candidate.commit === headSha) return
  throw new AssayError({
    code: 'RESULT_STALE',
    title: 'The result is not of the commit that the run was for',
    problems: [
      {
        what: `${model} was judged at ${candidate.commit?.slice(0, 40) ?? 'an unknown commit'}, the run was for ${headSha}`,
        where: { file: path },
        fix: 'check out the head of the pull request or the merge that the forge makes, and nothing else',
      },
    ],
  })
}

function invalid(file: string, what: string): AssayError {
  const fix = 'keep each result in the folder of its model, as `assay run` wrote it'
  const title = `${file} is not a result of Assay`
  return new AssayError({ code: 'RESULT_INVALID', title, problems: [{ what, where: { file }, fix }] })
}

function expired(name: string): AssayError {
  const what = `the artifact ${name} has expired`
  return new AssayError({
    code: 'ARTIFACT_GONE',
    title: 'What the run left cannot be read',
    problems: [{ what, fix: 'run the workflow again' }],
  })
}
