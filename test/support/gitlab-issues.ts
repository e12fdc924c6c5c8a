import { BASE, userJson } from './gitlab-answers.ts'
import type { Asked, Said } from './gitlab-double.ts'
import { paged } from './gitlab-paging.ts'
import type { Issue } from './gitlab-state.ts'

/** Issues of a project; a line of their text that begins with a slash is carried out and not kept. */
export function issueRoutes(asked: Asked): Said | undefined {
  const { method, path, project, query, body, user, state } = asked
  const [, iid] = /^\/issues(?:\/(\d+))?$/.exec(path) ?? []
  if (!path.startsWith('/issues')) return undefined
  if (method === 'GET' && iid === undefined) {
    const found = project.issues.filter(one => one.labels.includes(query.get('labels') ?? ''))
    return paged(
      found.map(one => issueJson(asked, one)),
      query,
      path,
    )
  }
  const kept = (text: string) =>
    text
      .split('\n')
      .filter(line => {
        const isAction = /^\/\w/.test(line)
        if (isAction) state.executed.push(line.slice(1))
        return !isAction
      })
      .join('\n')
  if (method === 'POST' && iid === undefined) {
    const { title, description, labels } = body
    const one: Issue = {
      iid: project.issues.length + 1,
      title,
      description: kept(description),
      labels,
      state: 'opened',
      author: user,
    }
    project.issues.push(one)
    return { status: 201, body: issueJson(asked, one) }
  }
  const one = project.issues.find(known => known.iid === Number(iid))
  if (!one || method !== 'PUT') return { status: 404, body: { message: '404 Not found' } }
  if (body.title !== undefined) one.title = body.title
  if (body.description !== undefined) one.description = kept(body.description)
  if (body.state_event === 'close') one.state = 'closed'
  if (body.state_event === 'reopen') one.state = 'opened'
  return { status: 200, body: issueJson(asked, one) }
}

// --- internal ---

function issueJson(
  { project, projectPath }: Asked,
  { iid, title, description, labels, state, author }: Issue,
) {
  const at = '2026-03-01T12:00:00.000Z'
  const web_url = `${BASE}/${projectPath}/-/issues/${iid}`
  const times = { created_at: at, updated_at: at, closed_at: null }
  return {
    id: iid,
    iid,
    project_id: project.id,
    title,
    description,
    labels,
    state,
    author: userJson(author),
    web_url,
    ...times,
  }
}
