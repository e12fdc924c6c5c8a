import { json, page, refuse } from '../answers.ts'
import { askBehind } from '../behind.ts'
import type { Call, Routes } from '../world/call.ts'
import type { CommitStatus } from '../world/repositories.ts'

const COMMIT = '/repos/{owner}/{repo}/commits/{ref+}'

/** Statuses of commits as they are read. https://docs.github.com/en/rest/commits/statuses */
export const STATUS_ROUTES: Routes = {
  [`GET ${COMMIT}/statuses`]: async call => {
    const { world, query, sent } = call
    const sha = await shaOf(call)
    if (sha === undefined) return refuse(404, 'Not Found')
    const { items, link } = page(statusesOf(call, sha).map(shown), query, world.url + sent.target)
    return json(200, items, link)
  },
  [`GET ${COMMIT}/status`]: async call => {
    const sha = await shaOf(call)
    if (sha === undefined) return refuse(404, 'Not Found')
    const { world, params } = call
    const at = `/repos/${params.owner}/${params.repo}`
    const newest = new Map(
      statusesOf(call, sha)
        .toReversed()
        .map(one => [one.context, one]),
    )
    const states = [...newest.values()].map(({ state }) => state)
    const failed = states.some(state => ['error', 'failure'].includes(state))
    const open = states.length === 0 || states.includes('pending')
    return json(200, {
      state: failed ? 'failure' : open ? 'pending' : 'success',
      statuses: [...newest.values()].map(shown),
      sha,
      total_count: newest.size,
      repository: await askBehind(world, 'GET', at),
      commit_url: `${world.url}${at}/commits/${sha}`,
      url: `${world.url}${at}/commits/${sha}/status`,
    })
  },
}

// --- internal ---

/** Newest first. */
function statusesOf({ world, params }: Call, sha: string): (CommitStatus & { id: number })[] {
  return world.upstream.statuses
    .map((one, at) => ({ ...one, id: at + 1 }))
    .filter(
      one =>
        one.sha === sha &&
        (one.repository ?? `${params.owner}/${params.repo}`) === `${params.owner}/${params.repo}`,
    )
    .toReversed()
}

async function shaOf({ world, params }: Call): Promise<string | undefined> {
  const ref = decodeURIComponent(params.ref!)
  const at = `/repos/${params.owner}/${params.repo}/git`
  if (/^[0-9a-f]{40}$/.test(ref)) return (await askBehind(world, 'GET', `${at}/commits/${ref}`))?.sha
  return (await askBehind(world, 'GET', `${at}/ref/heads/${ref.replace(/^(refs\/)?heads\//, '')}`))?.object
    .sha
}

function shown({
  id,
  state,
  context,
  description,
  target_url,
  created_at,
  creator,
}: CommitStatus & { id: number }) {
  return {
    id,
    node_id: `SC_${id}`,
    state,
    context,
    description,
    target_url: target_url ?? null,
    avatar_url: null,
    url: '',
    creator: creator ?? null,
    created_at,
    updated_at: created_at,
  }
}
