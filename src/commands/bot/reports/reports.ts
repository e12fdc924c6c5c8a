import type { ModelConfig } from '../../../core/config/config.ts'
import { parseConfig } from '../../../core/config/read-config.ts'
import { AssayError, isAssayError, positionWords } from '../../../core/errors/errors.ts'
import { fewProblems } from '../../../core/errors/few-problems.ts'
import { maskedValue } from '../../../core/secrets/masked-value.ts'
import { dayOf } from '../../../core/text/instant-words.ts'
import { CONFIG_FILE } from '../../../core/text/names.ts'
import { Result } from '../../../core/verdict/result.ts'
import { judgeAgain } from '../../../core/verdict/weigh/judge-again.ts'
import type { CiRun } from '../../../forges/ci-runs.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import type { FoundPullRequest } from '../../../forges/forge.ts'
import { maskFor } from '../../command/without-secrets.ts'
import { maskedForge } from '../../deploy/read/masked-access.ts'
import { breath } from '../breath.ts'
import type { RunKey } from '../keys.ts'
import type { LookResult } from '../look.ts'
import type { BotWorld, Rights } from '../world.ts'
import { postAll } from './post.ts'
import { ARTIFACT, type FoundResults, resultsOf } from './run-artifact.ts'

export const REPORT_RIGHTS: Rights = {
  needs: { actions: 'read', contents: 'read', pull_requests: 'write', checks: 'write' },
}

/**
 * Posts what a finished run has found, for runs that have no right to: those of forks, and all whose workflow only reads. What the
 * run left is data of whoever wrote the code that ran. Which repository, pull request and commit it is for is the forge's word;
 * which models there are and what is asked of them stands in the `assay.yml` that is merged.
 */
export async function lookAtRun(
  world: BotWorld,
  { repository, id, pullRequest }: RunKey,
): Promise<LookResult> {
  const access = await world.open(repository, REPORT_RIGHTS)
  try {
    const run = await access.runs?.run(id, pullRequest)
    return run ? await reportRun(world, access, run) : NOTHING
  } finally {
    await access.close()
  }
}

/** What came of a run, and where nothing did what a person may do instead of running it again. */
export interface Reported extends LookResult {
  fix?: string
}

/** The same of a run that is known. */
export async function reportRun(
  world: BotWorld,
  access: RepositoryConnection,
  run: CiRun,
): Promise<Reported> {
  if (!access.runs || !run.ended || run.event === 'other') return NOTHING
  const found = await resultsOf(access.runs, run)
  if (!found) return { did: [], why: `the run left no artifact \`${ARTIFACT}\`` }
  const destination = await destinationOf(access, run)
  if (!destination)
    return {
      did: [],
      why: 'no open pull request has its commit at the head, and it is not of the default branch',
    }
  if ('several' in destination) return { did: [], why: severalWords(destination.several), fix: CLOSE_ONE }
  if ('ownedBy' in destination) return { did: [], why: ownedWords(destination.ownedBy) }
  const judged = await judgeAll(world, access, destination, found)
  const { pullRequest, rules } = destination
  const base = pullRequest === undefined ? undefined : rules
  const forge = maskedForge(access.forge, maskFor(world))
  return postAll(forge, { run, order: orderOf(run), pullRequest, base, ...judged })
}

/** Which of two runs is newer: as `isOlder` compares. */
export function orderOf({ id, attempt }: CiRun): string {
  return `${id}.${attempt}`
}

// --- internal ---

const NOTHING: LookResult = { did: [] }

/** Which they are comes last, for it may be long. */
function severalWords(pulls: readonly FoundPullRequest[]): string {
  const count = pulls.length === 2 ? 'two' : pulls.length
  const which = pulls.slice(0, FEW).map(({ number, base }) => `#${number} for ${base}`)
  return `${count} pull requests have this head, for several branches with rules of their own, and a commit has one check, so only one of them may be open: ${which.join(', ')}${pulls.length > FEW ? ', …' : ''}`
}

function ownedWords({ number }: FoundPullRequest): string {
  return `#${number} of a branch of this repository has the same commit, whose check is that of its own runs`
}

const FEW = 5
const CLOSE_ONE = 'Close all but one: what was found is judged by the rules of that one then'

/** Where the verdicts of a run belong. */
interface Destination {
  run: CiRun
  /** Absent on the default branch. */
  pullRequest?: number
  /** Where the rules are read. */
  rules: string
}

/** Undefined where nobody waits for them: the pull request has moved on or is closed, it is a push to some branch. */
async function destinationOf(
  access: RepositoryConnection,
  run: CiRun,
): Promise<Destination | { several: FoundPullRequest[] } | { ownedBy: FoundPullRequest } | undefined> {
  if (run.event === 'push')
    return (await isOfDefaultBranch(access, run)) ? { run, rules: run.headSha } : undefined
  if (run.head === undefined) return undefined
  const found = await access.forge.findPullRequest({ head: run.head, headSha: run.headSha })
  // The check of a commit is that of all of them: one by the rules of another branch would let it in.
  const open = (await access.forge.pullsAt(run.headSha)).filter(({ isOpen }) => isOpen)
  if (new Set(open.map(({ base }) => base)).size > 1) return { several: open }
  // Anybody may open one from a fork with the commit of another.
  const own = run.fromFork ? open.find(({ fromFork }) => !fromFork) : undefined
  if (own) return { ownedBy: own }
  return found && { run, pullRequest: found.number, rules: found.base }
}

/** A branch of a fork may be called as the default branch is, and a tag too: what is merged lies on the branch itself. */
async function isOfDefaultBranch(
  { repository, defaultBranch }: RepositoryConnection,
  { fromFork, branch, headSha }: CiRun,
): Promise<boolean> {
  if (fromFork || branch !== (await defaultBranch())) return false
  const head = (await repository.readBranches([branch])).get(branch)
  return head !== undefined && (head.commit === headSha || repository.contains(head.commit, headSha))
}

/** The verdicts of a run by the rules that count, each in words that may be shown. */
async function judgeAll(
  world: BotWorld,
  access: RepositoryConnection,
  destination: Destination,
  { results, problems }: FoundResults,
): Promise<FoundResults> {
  const rules = await rulesOf(access, destination)
  const judged: Result[] = []
  const all = new Set(problems)
  for (const result of results) {
    const config = await rules(result.model)
    await breath()
    if (isAssayError(config)) {
      all.add(config)
    } else {
      const anew = judgeAgain(result, config, dayOf(world.now()))
      judged.push(maskedValue(Result, ownWords(anew, destination), maskFor(world)))
    }
  }
  return { results: judged, problems: fewProblems([...all]) }
}

/**
 * The rules of a model: those that are merged, or why it has none. A model that only the commit itself knows has none for anybody of
 * outside, who might else give comments and checks any name.
 */
async function rulesOf(
  { forge }: RepositoryConnection,
  destination: Destination,
): Promise<(model: string) => Promise<ModelConfig | AssayError>> {
  const { run, rules } = destination
  const modelsAt = async (ref: string): Promise<Map<string, ModelConfig> | AssayError> => {
    const text = await forge.readFile(CONFIG_FILE, ref)
    if (text === undefined) return new Map()
    try {
      return new Map(Object.entries(parseConfig(text, CONFIG_FILE).config.models))
    } catch (error) {
      if (!isAssayError(error)) throw error
      return noRules(error, ref)
    }
  }
  const merged = await modelsAt(rules)
  let own: typeof merged | undefined
  return async model => {
    if (isAssayError(merged)) return merged
    const known = merged.get(model)
    if (known) return known
    own ??= run.fromFork ? merged : await modelsAt(run.headSha)
    return isAssayError(own) ? own : (own.get(model) ?? unknownModel(model, destination))
  }
}

/** Without what only its writer knows: whose run it is says the forge, and of a fork's own text nothing is shown that asks to be done. */
function ownWords(result: Result, { run, pullRequest }: Destination): Result {
  const { fromFork } = run
  return {
    ...result,
    ...(fromFork && { notes: undefined, reproduce: undefined }),
    run: {
      url: run.attemptUrl,
      order: orderOf(run),
      pullRequest,
      ...(fromFork && { fork: true as const }),
    },
  }
}

/** Whoever waits for a verdict is told which of the two configurations it is, and what is wrong there. */
function noRules({ code, message, problems }: AssayError, ref: string): AssayError {
  return new AssayError({
    code,
    title: message,
    problems: [
      ...problems.map(({ where, what, fix }) => ({
        what: `${positionWords(where) || CONFIG_FILE} of ${ref}: ${what}`,
        ...(fix !== undefined && { fix }),
      })),
      { what: 'once that is put right there, run the workflow again' },
    ],
  })
}

function unknownModel(model: string, { rules }: Destination): AssayError {
  return new AssayError({
    code: 'RESULT_UNKNOWN_MODEL',
    title: 'There is a result of a model that nobody here knows',
    problems: [
      {
        what: `there is no model ${model} in ${CONFIG_FILE} of ${rules}`,
        fix: 'merge the model by a branch of this repository first',
      },
    ],
  })
}
