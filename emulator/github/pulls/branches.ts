import { keepHeadOf } from '../../github-deploys.ts'
import { askBehind } from '../behind.ts'
import { tell } from '../hooks/deliveries.ts'
import type { Sender } from '../world/people.ts'
import type { Repository } from '../world/repositories.ts'
import type { World } from '../world/world.ts'
import { copyCommits } from './forks.ts'

/**
 * Tells of every branch and tag that is not where it was, and of the pull requests that come from there. Two writes at one
 * moment may be told as one push.
 */
export function tellMoves(world: World, repository: Repository, sender: Sender): Promise<void> {
  // One after the other: a look that was taken earlier must not be told later.
  const before = world.moving.get(repository.full_name) ?? Promise.resolve()
  const done = before.then(() => tellNow(world, repository, sender))
  world.moving.set(
    repository.full_name,
    done.catch(() => undefined),
  )
  return done
}
/** Remembers where all branches are, without a word. */
export async function rememberHeads(world: World, repository: string): Promise<void> {
  await moves(world, repository)
}

/** A pull request as GitHub shows it now. */
export async function pullAsItIs(world: World, repository: string, number: number) {
  return (await world.ask('GET', `/repos/${repository}/pulls/${number}`)) as { state: string; number: number }
}

export const NOTHING = '0'.repeat(40)

// --- internal ---

async function tellNow(world: World, repository: Repository, sender: Sender): Promise<void> {
  for (const { ref, before, after } of await moves(world, repository.full_name)) {
    const payload = await push(world, repository, sender, ref, before, after)
    tell(world, { event: 'push', repository, payload })
    if (!ref.startsWith('refs/heads/') || before === NOTHING) continue
    const branch = ref.slice('refs/heads/'.length)
    for (const { into, number } of await pullsFrom(world, repository, branch)) {
      if (after === NOTHING) await closeGone(world, into, number, before, sender)
      else await tellSynchronised(world, { from: repository.full_name, into, number, before, after, sender })
    }
  }
}

interface Move {
  ref: string
  before: string
  after: string
}

async function moves(world: World, repository: string): Promise<Move[]> {
  const prefix = `${repository} `
  const asked = await Promise.all(
    ['heads/', 'tags/'].map(kind =>
      askBehind(world, 'GET', `/repos/${repository}/git/matching-refs/${kind}`),
    ),
  )
  const now = new Map<string, string>(
    asked.flat().map((one: { ref: string; object: { sha: string } }) => [one.ref, one.object.sha]),
  )
  const known = [...world.heads.keys()]
    .filter(key => key.startsWith(prefix))
    .map(key => key.slice(prefix.length))
  const found: Move[] = []
  for (const ref of new Set([...now.keys(), ...known])) {
    const [before = NOTHING, after = NOTHING] = [world.heads.get(prefix + ref), now.get(ref)]
    if (before === after) continue
    found.push({ ref, before, after })
    if (after === NOTHING) world.heads.delete(prefix + ref)
    else world.heads.set(prefix + ref, after)
  }
  return found
}

async function push(
  world: World,
  repository: Repository,
  sender: Sender,
  ref: string,
  before: string,
  after: string,
): Promise<Record<string, unknown>> {
  const commit =
    after === NOTHING
      ? undefined
      : await askBehind(world, 'GET', `/repos/${repository.full_name}/git/commits/${after}`)
  const head = commit && {
    id: commit.sha,
    tree_id: commit.tree.sha,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${world.url}/${repository.full_name}/commit/${commit.sha}`,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
    added: [],
    removed: [],
    modified: [],
  }
  return {
    ref,
    before,
    after,
    created: before === NOTHING,
    deleted: after === NOTHING,
    forced: false,
    base_ref: null,
    compare: `${world.url}/${repository.full_name}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits: head ? [head] : [],
    head_commit: head ?? null,
    pusher: { name: sender.login, email: `${sender.login}@users.noreply.github.com` },
    repository,
    sender,
  }
}

/** The open pull requests from a branch: of its own repository, and of the one that was forked. */
async function pullsFrom(world: World, from: Repository, branch: string) {
  const parent = world.parents.get(from.full_name)
  const found: { into: string; number: number }[] = []
  for (const into of parent === undefined ? [from.full_name] : [from.full_name, parent]) {
    const head = encodeURIComponent(`${from.owner.login}:${branch}`)
    const path = `/repos/${into}/pulls?state=open&per_page=100&head=${head}`
    const listed: { number: number; head: { repo: { full_name: string } } }[] = await askBehind(
      world,
      'GET',
      path,
    )
    const own = listed.filter(one => one.head.repo.full_name === from.full_name)
    found.push(...own.map(({ number }) => ({ into, number })))
  }
  return found
}

/** GitHub closes what comes from a branch that is gone. */
async function closeGone(
  world: World,
  into: string,
  number: number,
  head: string,
  sender: Sender,
): Promise<void> {
  await askBehind(world, 'PATCH', `/repos/${into}/pulls/${number}`, { state: 'closed' })
  keepHeadOf(world.upstream, into, number, head)
  const repository = await askBehind(world, 'GET', `/repos/${into}`)
  const pull = await pullAsItIs(world, into, number)
  const payload = { action: 'closed', number, pull_request: pull, repository, sender }
  tell(world, { event: 'pull_request', repository, payload })
}

async function tellSynchronised(
  world: World,
  {
    from,
    into,
    ...told
  }: { from: string; into: string; number: number; before: string; after: string; sender: Sender },
): Promise<void> {
  if (into !== from) await copyCommits(world, from, into, told.after)
  const repository = await askBehind(world, 'GET', `/repos/${into}`)
  const pull = await pullAsItIs(world, into, told.number)
  const payload = { action: 'synchronize', ...told, pull_request: pull, repository }
  tell(world, { event: 'pull_request', repository, payload })
}
