import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { APPROVER, DEPLOY_REPO, DEVELOPER, MODEL, OWNER } from '../cast.ts'
import { until } from '../live/ask.ts'
import { type PullRequest, readPullRequest } from '../pull-request.ts'
import { seconds } from './words.ts'
import type { World } from './world.ts'

/** What became of a release that entered in steps. */
export interface Course {
  /** Those that were merged, in their order. */
  pulls: (PullRequest & { mergedBy: string })[]
  /** The last verdict, and the last counts. */
  said: Said
  counts: Counts
}

/** What `GET /v1/canary` of `assay watch` says, as far as it is told here. */
export interface Said {
  verdict: string
  kind: string
  reason: string
  weight?: number
  evidence?: {
    split?: { declared: number; seen: number; low: number; high: number; units: number; e: number }
    conversion?: { champion: Rate; challenger: Rate }
  }
}

interface Rate {
  events: number
  units: number
}

/** What `GET /v1/canary-counts` of the collector says. */
export interface Counts {
  arms: { champion: { exposures: number }; challenger: { exposures: number } }
  metBoth: number
  unattributed: number
}

/**
 * Tells of a canary while it goes on, and keeps the last page of it.
 *
 * @param after number of the last pull request before it
 */
export async function followCanary(world: World, page: string, after: number): Promise<Course> {
  const pulls: Course['pulls'] = []
  let said: Said | undefined
  let counts: Counts | undefined
  let shown: string | undefined
  const begun = performance.now()
  const look = async () => {
    // Whatever keeps what was merged from running is told here.
    world.cluster.live()
    const isOver = pulls.length > 0 && !(await isTried(world))
    const known = await asked<Said>(world, `${world.watch}/v1/canary?model=${MODEL}&environment=production`)
    const counted = await asked<{ counts: Counts[] }>(
      world,
      `${world.collector}/v1/canary-counts?model=${MODEL}`,
    )
    if (known?.evidence?.split) {
      said = known
      counts = counted?.counts[0] ?? counts
      shown = (await text(world, `${world.watch}/canary/${MODEL}/production`)) ?? shown
    }
    for (const pull of await mergedSince(world, pulls.at(-1)?.number ?? after)) {
      pulls.push(pull)
      tell(world, pull, said, begun)
    }
    return isOver || undefined
  }
  await until('a canary that is over', 'Look at bot.log and watch.log.', () =>
    look().catch((error: { status?: number }) => {
      // What Octokit says where a kept connection is closed just as it is used again: it is looked once more.
      if (error.status !== 500) throw error
      return undefined
    }),
  )
  if (shown !== undefined) await writeFile(join(world.out, page), shown)
  return { pulls, said: said!, counts: counts! }
}

/** The number of the newest pull request of the deploy repository; 0: there is none. */
export async function newestPull({ github }: Pick<World, 'github'>): Promise<number> {
  const { data } = await github
    .as(APPROVER)
    .rest.pulls.list({ owner: OWNER, repo: DEPLOY_REPO, state: 'all', per_page: 100 })
  return Math.max(0, ...data.map(({ number }) => number))
}

// --- internal ---

function tell(
  { narrator }: World,
  pull: Course['pulls'][number],
  said: Said | undefined,
  begun: number,
): void {
  const { number, title, mergedBy } = pull
  if (said)
    narrator.step(`\`assay watch\`, ${seconds(begun)} after the release: ${said.verdict}: ${said.reason}`)
  narrator.step(`Pull request #${number}, merged by ${mergedBy}: ${title}`)
}

async function mergedSince({ github }: World, after: number): Promise<Course['pulls']> {
  const api = github.as(APPROVER).rest
  const place = { owner: OWNER, repo: DEPLOY_REPO }
  const { data } = await api.pulls.list({ ...place, state: 'closed', per_page: 100 })
  const numbers = data
    .filter(({ number, merged_at }) => number > after && merged_at !== null)
    .map(({ number }) => number)
    .sort((a, b) => a - b)
  return Promise.all(
    numbers.map(async number => {
      const { data } = await api.pulls.get({ ...place, pull_number: number })
      const pull = await readPullRequest(github, DEPLOY_REPO, APPROVER, number)
      return { ...pull, mergedBy: data.merged_by?.login ?? 'nobody' }
    }),
  )
}

async function isTried({ github }: World): Promise<boolean> {
  const path = `apps/${MODEL}/overlays/production/model-canary.yaml`
  return github
    .as(DEVELOPER)
    .rest.repos.getContent({ owner: OWNER, repo: DEPLOY_REPO, path })
    .then(
      () => true,
      (error: { status?: number }) => {
        if (error.status === 404) return false
        throw error
      },
    )
}

async function asked<T>(world: World, address: string): Promise<T | undefined> {
  const answer = await text(world, address)
  return answer === undefined ? undefined : (JSON.parse(answer) as T)
}

/** Undefined where there is nothing of it now. */
async function text({ token }: World, address: string): Promise<string | undefined> {
  const answer = await fetch(address, { headers: { authorization: `Bearer ${token}` } }).catch(
    () => undefined,
  )
  const body = await answer?.text()
  return answer?.ok ? body : undefined
}
