import { json, page, refuse } from '../answers.ts'
import { askBehind } from '../behind.ts'
import type { Call, Routes } from '../world/call.ts'
import type { Answer } from '../world/requests.ts'

const PULL = '/repos/{owner}/{repo}/pulls/{number}'

/** What a pull request brings, between where its branch left the base and its head now. */
export const PULL_ROUTES: Routes = {
  [`GET ${PULL}/commits`]: call => compared(call, 'commits'),
  [`GET ${PULL}/files`]: call => compared(call, 'files'),
}

// --- internal ---

async function compared(call: Call, part: 'commits' | 'files'): Promise<Answer> {
  const { world, params, query, sent } = call
  const at = `/repos/${params.owner}/${params.repo}`
  const pull = await world.ask('GET', `${at}/pulls/${params.number}`)
  if (!pull) return refuse(404, 'Not Found')
  const { base, head } = pull as { base: { sha: string }; head: { sha: string } }
  const between = await askBehind(world, 'GET', `${at}/compare/${base.sha}...${head.sha}`)
  if (!between) return refuse(404, 'Not Found')
  const { items, link } = page(between[part] as unknown[], query, world.url + sent.target)
  return json(200, items, link)
}
