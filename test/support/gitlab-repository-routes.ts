import { branchJson, commitJson } from './gitlab-answers.ts'
import type { Asked, Said } from './gitlab-double.ts'
import { paged } from './gitlab-paging.ts'

/** Branches, commits and files, asked of the real git. */
export function repositoryRoutes(asked: Asked): Said | undefined {
  const { method, path } = asked
  const [, kind, rest] = /^\/repository\/(\w+)(?:\/(.+))?$/.exec(path) ?? []
  const name = rest === undefined ? undefined : decodeURIComponent(rest)
  if (kind === 'branches') return name === undefined ? branches(asked) : branch(asked, name)
  if (kind === 'commits' && method === 'POST') return createCommit(asked)
  if (kind === 'commits') return name === undefined ? history(asked) : commit(asked, name)
  if (kind === 'tree') return tree(asked)
  if (kind === 'files') return file(asked, name!)
  if (kind === 'merge_base') return mergeBase(asked)
  return undefined
}

// --- internal ---

const missing = (what: string): Said => ({ status: 404, body: { message: `404 ${what} Not Found` } })
const bad = (message: string): Said => ({ status: 400, body: { message } })

function branches({ method, git, query, body, path, projectPath }: Asked): Said {
  if (method === 'POST') {
    const commit = git.resolve(body.ref)
    if (!commit) return bad('Invalid reference name')
    if (!git.move(body.branch, undefined, commit)) return bad('Branch already exists')
    return { status: 201, body: branchJson(git, body.branch, commit, projectPath) }
  }
  const search = query.get('search') ?? ''
  const found = git
    .branches()
    .filter(({ name }) => (search.startsWith('^') ? name.startsWith(search.slice(1)) : name.includes(search)))
  return paged(
    found.map(({ name, commit }) => branchJson(git, name, commit, projectPath)),
    query,
    path,
  )
}

function branch({ method, git, projectPath }: Asked, name: string): Said {
  const commit = git.branches().find(known => known.name === name)?.commit
  if (!commit) return missing('Branch')
  if (method === 'GET') return { status: 200, body: branchJson(git, name, commit, projectPath) }
  git.move(name, commit, undefined)
  return { status: 204 }
}

function commit({ git, projectPath }: Asked, ref: string): Said {
  const id = git.resolve(ref)
  return id ? { status: 200, body: commitJson(git, id, projectPath) } : missing('Commit')
}

function history({ git, query, path, projectPath }: Asked): Said {
  const ref = git.resolve(query.get('ref_name') ?? 'main')
  if (!ref) return missing('Commit')
  const found = git.history(ref, query.get('path') ?? undefined, query.get('first_parent') === 'true')
  return paged(
    found.map(id => commitJson(git, id, projectPath)),
    query,
    path,
  )
}

function tree({ git, query, path }: Asked): Said {
  const ref = git.resolve(query.get('ref') ?? 'main')
  const items = ref && git.tree(ref, query.get('path') ?? '', query.get('recursive') === 'true')
  return items ? paged(items, query, path) : missing('Tree')
}

function file({ git, query }: Asked, path: string): Said {
  const commit = git.resolve(query.get('ref') ?? '')
  if (!commit) return missing('Commit')
  const found = git.file(commit, path)
  if (!found) return missing('File')
  return {
    status: 200,
    body: {
      file_name: path.split('/').at(-1),
      file_path: path,
      size: found.bytes.length,
      encoding: 'base64',
      ref: query.get('ref'),
      blob_id: found.id,
      commit_id: commit,
      last_commit_id: git.history(commit, path)[0],
      execute_filemode: found.mode === '100755',
      content: found.bytes.toString('base64'),
    },
  }
}

function mergeBase({ git, query, projectPath }: Asked): Said {
  const [a, b] = query.getAll('refs[]').map(ref => git.resolve(ref))
  if (!a || !b) return bad('Could not find ref')
  const base = git.mergeBase(a, b)
  return base ? { status: 200, body: commitJson(git, base, projectPath) } : missing('Merge Base')
}

interface Action {
  action: string
  file_path: string
  content?: string
  encoding?: string
  last_commit_id?: string
}

/** app/services/commits/create_service.rb and files/multi_service.rb. `force` asks nobody what it writes over. */
function createCommit({ git, body, projectPath }: Asked): Said {
  const there = git.resolve(body.branch)
  const start = body.start_sha ?? body.start_branch ?? body.branch
  const parent = git.resolve(start)
  if (!parent) return bad('You can only create or edit files when you are on a branch')
  if (start !== body.branch && there && !body.force)
    return bad(
      `A branch called '${body.branch}' already exists. Switch to that branch in order to make changes`,
    )
  const files = new Map<string, { mode: string; bytes: Buffer } | undefined>()
  for (const action of body.actions as Action[]) {
    const known = git.file(parent, action.file_path)
    if (action.action === 'create' && known) return bad('A file with this name already exists')
    if (action.action !== 'create' && !known) return bad("A file with this name doesn't exist")
    const last = action.last_commit_id
    if (last !== undefined && git.history(parent, action.file_path)[0] !== last)
      return bad(`The file has changed since you started editing it: ${action.file_path}`)
    const bytes = Buffer.from(action.content ?? '', action.encoding === 'base64' ? 'base64' : 'utf8')
    files.set(
      action.file_path,
      action.action === 'delete' ? undefined : { mode: known?.mode ?? '100644', bytes },
    )
  }
  const commit = git.write(parent, body.commit_message, files)
  if (!git.move(body.branch, there, commit)) return bad('Could not update the branch')
  return { status: 201, body: commitJson(git, commit, projectPath) }
}
