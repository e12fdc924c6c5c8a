import type { Answer } from '../../../core/chatops/replies.ts'
import { mayReweigh } from '../../../core/chatops/rights.ts'
import type { HeadRun, Reruns } from '../../../forges/ci-runs.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import { TURN_MS, takeTurn } from '../../../forges/ensure/turn.ts'
import { ARTIFACT } from '../reports/run-artifact.ts'
import type { BotWorld, Rights } from '../world.ts'
import type { Commanded, Later } from './commanded.ts'

export const REWEIGH_RIGHTS: Rights = { needs: { actions: 'write', contents: 'read' } }

/**
 * Has the runs that weigh the head of a pull request done once more. What they find is reported as ever.
 *
 * @throws AssayError those of `world.open` and of the forge
 */
export async function reweigh(world: BotWorld, commanded: Commanded<'reweigh'>): Promise<Answer | Later> {
  const { key, written, pull } = commanded
  const refused = (why: string, instead?: string): Answer => ({
    kind: 'refused',
    command: 'reweigh',
    why,
    ...(instead !== undefined && { instead }),
  })
  if (pull.state !== 'open')
    return refused('this pull request is not open: nothing of it is weighed any more')
  const access = await world.open(key.repository, REWEIGH_RIGHTS)
  try {
    const { people, reruns } = access
    if (!people) return refused('nobody can tell who may do what here')
    const { author } = written
    const here = await people.rightOf(author)
    const permission = mayReweigh({ author, here })
    if (!permission.may) return refused(permission.why)
    if (!reruns) return refused(BY_HAND)
    const byHand = reruns.byHandAt?.(key.pullRequest)
    if (pull.isFork && reruns.notOfForks !== undefined) return refused(reruns.notOfForks, byHand)
    if (reruns.runsAs) {
      const given = mayReweigh({ author, here, runsAs: await reruns.runsAs() })
      if (!given.may) return refused(`${given.why}: set one off by hand, which has your rights`, byHand)
    }
    const head = `\`${pull.head.slice(0, 7)}\``
    const base = await access.defaultBranch()
    const main = (await access.repository.readBranches([base])).get(base)?.commit
    const ofHead = () => reruns.ofHead(pull.head, key.pullRequest)
    const weighing = await weighingRuns(access, main, await ofHead())
    if (main === undefined || weighing.length === 0)
      return refused(
        `there is no run of Assay for ${head} that could be done once more: push a commit, or look at its checks`,
      )
    // The comment says of no commit that it means it: what was pushed since, it does not mean.
    if (weighing.some(run => run.createdAt > written.created))
      return refused(
        `the run of ${head} was set off after this was written, so what it finds is new: look at that first`,
      )
    const lines = []
    for (const run of weighing) {
      const begun = await inTurn(
        world,
        access,
        { name: `reweigh ${pull.head} ${run.workflow}`, commit: main },
        () => once(reruns, ofHead, run, written.created),
      )
      if (!begun) return { kind: 'later', at: world.now() + TURN_MS / 8 }
      lines.push(begun)
    }
    return { kind: 'done', command: 'reweigh', about: head.replaceAll('`', ''), lines }
  } finally {
    await access.close()
  }
}

// --- internal ---

const BY_HAND =
  'no run is begun anew from here: open the pipelines of this pull request and run one for its head; its result is reported as ever'

/** The newest run of each workflow that Assay has a part in: what it left says so, or its file on the default branch does. */
async function weighingRuns(
  access: RepositoryConnection,
  main: string | undefined,
  runs: readonly HeadRun[],
): Promise<HeadRun[]> {
  const newest = [...Map.groupBy(runs, ({ workflow }) => workflow).values()].map(newestOf)
  const paths = newest.map(({ workflow }) => workflow)
  const files = main && paths.length > 0 ? await access.repository.readFiles(main, paths) : undefined
  const weighing: HeadRun[] = []
  for (const run of newest) {
    const isOurs =
      namesAssay(files?.get(run.workflow) ?? '') ||
      ((await access.runs?.artifacts(run.id, ARTIFACT)) ?? []).length > 0
    if (isOurs) weighing.push(run)
  }
  return weighing
}

function namesAssay(workflow: string): boolean {
  return workflow.split('\n').some(line => /\bassay\b/i.test(line.replace(/(^|\s)#.*$/, '')))
}

function newestOf(runs: readonly HeadRun[]): HeadRun {
  return runs.toSorted((a, b) => b.id - a.id)[0]!
}

/** Where two bots would begin two, whoever has the turn does; undefined where that is another one. */
async function inTurn<T>(
  world: BotWorld,
  { reruns, claims }: RepositoryConnection,
  of: { name: string; commit: string },
  work: () => Promise<T>,
): Promise<T | undefined> {
  if (!reruns?.takesTurns || !claims) return work()
  const turn = await takeTurn(claims, { ...of, now: world.now() })
  if (!turn) return undefined
  try {
    return await work()
  } finally {
    await turn.end()
  }
}

/** Begins the next attempt of a run, unless one was begun since the comment or is under way: twice is as once. */
async function once(
  reruns: Reruns,
  ofHead: () => Promise<HeadRun[]>,
  { workflow, ...before }: HeadRun,
  since: number,
): Promise<{ words: string; url: string }> {
  const seen = async () => {
    const all = await ofHead()
    return newestOf([...all.filter(one => one.workflow === workflow), { workflow, ...before }])
  }
  const run = reruns.takesTurns ? await seen() : { workflow, ...before }
  const there = begun(run, since)
  if (there !== undefined) return { words: there, url: run.url }
  try {
    const url = await reruns.again(run.id)
    return { words: attemptWords(run, run.attempt + 1), url: url ?? run.url }
  } catch (error) {
    const now = await seen()
    const words = begun(now, since)
    if (words === undefined) throw error
    return { words, url: now.url }
  }
}

/** What there is to say where nothing is to be started. */
function begun(run: HeadRun, since: number): string | undefined {
  if (run.attempt > 1 && run.startedAt >= since) return attemptWords(run, run.attempt)
  return run.ended ? undefined : `${fileOf(run)} is under way already`
}

function attemptWords(run: HeadRun, attempt: number): string {
  return `${fileOf(run)} runs once more, attempt ${attempt}`
}

function fileOf({ workflow }: HeadRun): string {
  return workflow.split('/').at(-1)!
}
