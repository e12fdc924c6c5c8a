import { json, nothing, page, refuse } from '../answers.ts'
import { askBehind } from '../behind.ts'
import type { Call, Routes } from '../world/call.ts'
import type { Reaction } from '../world/repositories.ts'
import type { Answer } from '../world/requests.ts'
import type { World } from '../world/world.ts'
import { issueAsItIs, REACTIONS } from './issues.ts'

const REPOSITORY = '/repos/{owner}/{repo}'

/** Reviews themselves have none in the REST API. https://docs.github.com/en/rest/reactions/reactions */
export const REACTION_ROUTES: Routes = Object.fromEntries(
  ['issues/comments/{id}', 'pulls/comments/{id}', 'issues/{id}'].flatMap(place => [
    [`GET ${REPOSITORY}/${place}/reactions`, (call: Call) => list(call, place)],
    [`POST ${REPOSITORY}/${place}/reactions`, (call: Call) => create(call, place)],
    [`DELETE ${REPOSITORY}/${place}/reactions/{reaction}`, (call: Call) => remove(call, place)],
  ]),
)

// --- internal ---

function aboutOf({ params }: Call, place: string): string {
  return `${params.owner}/${params.repo} ${place.replace('{id}', params.id!)}`
}

async function exists(world: World, about: string): Promise<boolean> {
  const [repository = '', thing = ''] = about.split(' ')
  const [, number] = /^issues\/(\d+)$/.exec(thing) ?? []
  const found = number
    ? await issueAsItIs(world, repository, Number(number))
    : await askBehind(world, 'GET', `/repos/${repository}/${thing}`)
  return found !== undefined
}

async function list(call: Call, place: string): Promise<Answer> {
  const { world, query, sent } = call
  const about = aboutOf(call, place)
  if (!(await exists(world, about))) return refuse(404, 'Not Found')
  const content = query.get('content')
  const found = world.reactions.filter(one => one.about === about && (content ?? one.content) === one.content)
  const { items, link } = page(found, query, world.url + sent.target)
  return json(200, items.map(shown), link)
}

/** A second one of the same kind by the same person is the first. */
async function create(call: Call, place: string): Promise<Answer> {
  const { world, sent } = call
  const about = aboutOf(call, place)
  const { content = '' } = (sent.body ?? {}) as { content?: string }
  if (!REACTIONS.includes(content)) return refuse(422, 'Validation Failed')
  if (!(await exists(world, about))) return refuse(404, 'Not Found')
  const user = await call.sender()
  const known = world.reactions.find(
    one => one.about === about && one.content === content && one.user.login === user.login,
  )
  if (known) return json(200, shown(known))
  const created_at = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  const reaction = { id: 3000 + world.reactions.length + 1, about, content, user, created_at }
  world.reactions.push(reaction)
  return json(201, shown(reaction))
}

async function remove(call: Call, place: string): Promise<Answer> {
  const { world, params } = call
  const at = world.reactions.findIndex(
    one => one.about === aboutOf(call, place) && one.id === Number(params.reaction),
  )
  if (at < 0) return refuse(404, 'Not Found')
  if (world.reactions[at]!.user.login !== (await call.sender()).login) return refuse(403, 'Forbidden')
  world.reactions.splice(at, 1)
  return nothing(204)
}

function shown({ about: _, ...reaction }: Reaction) {
  return { ...reaction, node_id: `REA_${reaction.id}` }
}
