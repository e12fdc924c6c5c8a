import { byExactness, patternOf } from '../pulls/templates.ts'

/**
 * What an installation token must have for a call, after GitHub's own table
 * (https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps). Several permissions in one row: one of
 * them is enough, as GitHub marks with "additional permissions".
 */

type Level = 'read' | 'write' | 'admin'
export type Permissions = Record<string, Level>

export interface Access {
  permissions: string[]
  level: Level
}

/** What a call needs; `none` for one that every token may make, undefined for one that nobody has looked up. */
export function accessFor(method: string, path: string): Access | 'none' | undefined {
  const rowFor = (place: string) => ROWS.find(one => one.method === method && one.pattern.test(place))
  // Clients write the slashes within a ref or a path as %2F.
  return (rowFor(path.replaceAll(/%2F/gi, '/')) ?? rowFor(path))?.access
}

/** Whether what is granted is enough. */
export function isGranted(granted: Permissions, { permissions, level }: Access): boolean {
  return permissions.some(name => RANK[granted[name] ?? 'none'] >= RANK[level])
}

/** As GitHub writes it into the header `x-accepted-github-permissions`. */
export function acceptedHeader({ permissions, level }: Access): string {
  return permissions.map(name => `${name}=${level}`).join('; ')
}

/** Which of an App's permissions lets it hear of an event; events that are not here reach every App. */
export const EVENT_PERMISSIONS: Record<string, string[]> = {
  push: ['contents'],
  create: ['contents'],
  delete: ['contents'],
  repository_dispatch: ['contents'],
  workflow_dispatch: ['contents'],
  pull_request: ['pull_requests'],
  pull_request_review: ['pull_requests'],
  issue_comment: ['issues', 'pull_requests'],
  issues: ['issues'],
  workflow_run: ['actions'],
  check_run: ['checks'],
  status: ['statuses'],
  deployment: ['deployments'],
  deployment_status: ['deployments'],
}

// --- internal ---

const RANK = { none: 0, read: 1, write: 2, admin: 3 }
const REPOSITORY = '/repos/{owner}/{repo}'

/** Below the repository unless the path begins with `//`. `{name}` is one segment, `{name+}` several. */
const TABLE: Record<string, string> = {
  // Without a permission of its own: what belongs to the token itself.
  'GET //installation/repositories': 'none',
  'DELETE //installation/token': 'none',
  'GET //rate_limit': 'none',
  'GET //meta': 'none',
  'GET //users/{username}': 'none',
  'GET //search/issues': 'none',

  'GET ': 'metadata=read',
  'PATCH ': 'administration=write',
  'DELETE ': 'administration=write',
  'GET /collaborators/{username}/permission': 'metadata=read',
  'GET /languages': 'metadata=read',
  'GET /topics': 'metadata=read',
  'GET /forks': 'metadata=read',
  'GET //orgs/{org}/teams/{team}/members': 'members=read',
  'GET //orgs/{org}/teams/{team}/memberships/{username}': 'members=read',
  'GET //orgs/{org}/members': 'members=read',

  'GET /actions/artifacts': 'actions=read',
  'GET /actions/artifacts/{id}': 'actions=read',
  'GET /actions/artifacts/{id}/{format}': 'actions=read',
  'DELETE /actions/artifacts/{id}': 'actions=write',
  'GET /actions/runs': 'actions=read',
  'GET /actions/runs/{id}': 'actions=read',
  'GET /actions/runs/{id}/attempts/{attempt}': 'actions=read',
  'GET /actions/runs/{id}/artifacts': 'actions=read',
  'GET /actions/runs/{id}/jobs': 'actions=read',
  'GET /actions/runs/{id}/pending_deployments': 'actions=read',
  'DELETE /actions/runs/{id}': 'actions=write',
  'POST /actions/runs/{id}/rerun': 'actions=write',
  'POST /actions/runs/{id}/cancel': 'actions=write',
  'GET /actions/workflows': 'actions=read',
  'GET /actions/workflows/{id}': 'actions=read',
  'GET /actions/workflows/{id}/runs': 'actions=read',
  'POST /actions/workflows/{id}/dispatches': 'actions=write',

  'POST /check-runs': 'checks=write',
  'GET /check-runs/{id}': 'checks=read',
  'PATCH /check-runs/{id}': 'checks=write',
  'GET /commits/{ref+}/check-runs': 'checks=read',
  'GET /commits/{ref+}/check-suites': 'checks=read',

  'GET /commits/{ref+}/status': 'statuses=read',
  'GET /commits/{ref+}/statuses': 'statuses=read',
  'POST /statuses/{sha}': 'statuses=write',

  'GET /commits/{sha}/pulls': 'pull_requests=read',

  'GET /branches': 'contents=read',
  'GET /branches/{branch+}': 'contents=read',
  'GET /branches/{branch+}/protection': 'administration=read',
  'GET /rules/branches/{branch+}': 'metadata=read',
  'GET /rulesets/{id}': 'metadata=read',
  'GET /codeowners/errors': 'contents=read',
  'GET /commits': 'contents=read',
  'GET /commits/{ref+}': 'contents=read',
  'GET /compare/{basehead+}': 'contents=read',
  'GET /contents': 'contents=read',
  'GET /contents/{path+}': 'contents=read',
  'PUT /contents/{path+}': 'contents=write',
  'DELETE /contents/{path+}': 'contents=write',
  // What starts code is guarded twice.
  'PUT /contents/.github/workflows/{file+}': 'workflows=write',
  'DELETE /contents/.github/workflows/{file+}': 'workflows=write',
  'POST /dispatches': 'contents=write',
  'GET /git/{kind}/{name+}': 'contents=read',
  'POST /git/{kind}': 'contents=write',
  'PATCH /git/refs/{ref+}': 'contents=write',
  'DELETE /git/refs/{ref+}': 'contents=write',
  'POST /merges': 'contents=write',
  'PUT /pulls/{number}/merge': 'contents=write',
  'GET /readme': 'contents=read',
  'GET /releases': 'contents=read',

  'GET /deployments': 'deployments=read',
  'POST /deployments': 'deployments=write',
  'GET /deployments/{id}': 'deployments=read',
  'DELETE /deployments/{id}': 'deployments=write',
  'GET /deployments/{id}/statuses': 'deployments=read',
  'POST /deployments/{id}/statuses': 'deployments=write',

  'GET /issues': 'issues=read',
  'POST /issues': 'issues=write',
  'GET /issues/{number}': 'issues=read',
  'PATCH /issues/{number}': 'issues=write pull_requests=write',
  'GET /issues/comments': 'issues=read pull_requests=read',
  'GET /issues/comments/{id}': 'issues=read pull_requests=read',
  'PATCH /issues/comments/{id}': 'issues=write pull_requests=write',
  'DELETE /issues/comments/{id}': 'issues=write pull_requests=write',
  'GET /issues/comments/{id}/reactions': 'issues=read',
  'POST /issues/comments/{id}/reactions': 'issues=write',
  'DELETE /issues/comments/{id}/reactions/{reaction}': 'issues=write',
  'GET /issues/{number}/comments': 'issues=read pull_requests=read',
  'POST /issues/{number}/comments': 'issues=write pull_requests=write',
  'GET /issues/{number}/labels': 'issues=read pull_requests=read',
  'POST /issues/{number}/labels': 'issues=write pull_requests=write',
  'PUT /issues/{number}/labels': 'issues=write pull_requests=write',
  'DELETE /issues/{number}/labels': 'issues=write pull_requests=write',
  'DELETE /issues/{number}/labels/{name}': 'issues=write pull_requests=write',
  'POST /issues/{number}/assignees': 'issues=write pull_requests=write',
  'DELETE /issues/{number}/assignees': 'issues=write pull_requests=write',
  'GET /issues/{number}/reactions': 'issues=read',
  'POST /issues/{number}/reactions': 'issues=write',
  'DELETE /issues/{number}/reactions/{reaction}': 'issues=write',
  'GET /labels': 'issues=read pull_requests=read',
  'POST /labels': 'issues=write pull_requests=write',
  'GET /labels/{name}': 'issues=read pull_requests=read',
  'PATCH /labels/{name}': 'issues=write pull_requests=write',
  'DELETE /labels/{name}': 'issues=write pull_requests=write',

  'GET /pulls': 'pull_requests=read',
  'POST /pulls': 'pull_requests=write',
  'GET /pulls/{number}': 'pull_requests=read contents=read',
  'PATCH /pulls/{number}': 'pull_requests=write',
  'GET /pulls/{number}/comments': 'pull_requests=read',
  'POST /pulls/{number}/comments': 'pull_requests=write',
  'GET /pulls/comments/{id}/reactions': 'pull_requests=read',
  'POST /pulls/comments/{id}/reactions': 'pull_requests=write',
  'DELETE /pulls/comments/{id}/reactions/{reaction}': 'pull_requests=write',
  'GET /pulls/{number}/commits': 'pull_requests=read',
  'GET /pulls/{number}/files': 'pull_requests=read',
  'GET /pulls/{number}/merge': 'pull_requests=read',
  'GET /pulls/{number}/requested_reviewers': 'pull_requests=read',
  'POST /pulls/{number}/requested_reviewers': 'pull_requests=write',
  'DELETE /pulls/{number}/requested_reviewers': 'pull_requests=write',
  'GET /pulls/{number}/reviews': 'pull_requests=read',
  'POST /pulls/{number}/reviews': 'pull_requests=write',
  'GET /pulls/{number}/reviews/{id}': 'pull_requests=read',
  'GET /pulls/{number}/reviews/{id}/comments': 'pull_requests=read',
  'PUT /pulls/{number}/update-branch': 'pull_requests=write',
}

const ROWS = Object.entries(TABLE)
  .sort(([a], [b]) => byExactness(a, b))
  .map(([name, needs]) => {
    const [method = '', place = ''] = name.split(' ')
    const path = place.startsWith('//') ? place.slice(1) : REPOSITORY + place
    return { method, pattern: patternOf(path), access: parseAccess(needs) }
  })

function parseAccess(needs: string): Access | 'none' {
  if (needs === 'none') return 'none'
  const pairs = needs.split(' ').map(one => one.split('=') as [string, Level])
  return { permissions: pairs.map(([name]) => name), level: pairs[0]![1] }
}
