import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

/**
 * As much of GitHub as one promotion needs, whose own cost does not depend on how many files it has: it looks up the paths it
 * is asked for. Branches and pull requests are as at the start after each `DELETE /`, which answers with what was asked since.
 */
const { files: given } = workerData as { files: [string, string][] }
const start = new Map(given)

let files = new Map<string, string>()
let head = ''
let pull: { branch: string; sha: string; files: Map<string, string> } | undefined
let counted = { calls: 0, bytes: 0 }

function reset(): void {
  files = start
  head = idOf('first')
  pull = undefined
  counted = { calls: 0, bytes: 0 }
}
reset()

const server = createServer((request, response) => {
  let text = ''
  request.on('data', chunk => {
    text += String(chunk)
  })
  request.on('end', () => {
    if (request.method === 'DELETE') {
      response.end(JSON.stringify(counted))
      return reset()
    }
    const answer = JSON.stringify(answerTo(`${request.method} ${request.url}`, JSON.parse(text || '{}')))
    counted = { calls: counted.calls + 1, bytes: counted.bytes + answer.length }
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(answer)
  })
})
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port))

// --- internal ---

type Body = {
  query?: string
  variables?: Record<string, string>
  tree?: { path: string; content: string }[]
  sha?: string
}

function idOf(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}

function answerTo(call: string, body: Body): unknown {
  if (call === 'POST /graphql') return { data: graphql(body) }
  const [, path = ''] = /^\w+ \/repos\/o\/r(.*)$/.exec(call) ?? []
  if (path === '/git/trees') return { sha: idOf(JSON.stringify(keep(body.tree ?? []))) }
  if (path === '/git/commits') return { sha: pull!.sha }
  const state = { number: 1, html_url: 'http://127.0.0.1/1', head: { sha: pull?.sha } }
  if (path.endsWith('/merge')) {
    files = new Map([...(pull?.files ?? [])])
    head = idOf(`merge ${pull!.sha}`)
    return { merged: true, sha: head }
  }
  if (path.endsWith('/labels')) return []
  return state
}

/** Only what changes is kept beside the files of the start. */
function keep(tree: { path: string; content: string }[]): string[] {
  const changed = new Map(tree.map(({ path, content }) => [path, content]))
  pull = { branch: '', sha: idOf(`commit ${JSON.stringify([...changed])}`), files: changed }
  return [...changed.keys()]
}

function graphql({ query = '', variables = {} }: Body): unknown {
  if (query.startsWith('mutation')) return { updateRefs: { clientMutationId: null } }
  const commit = {
    oid: head,
    message: 'first',
    tree: { oid: idOf('tree') },
    parents: { nodes: [] },
  }
  if (query.startsWith('query Head'))
    return { repository: { id: 'R', ref: { target: { ...commit, file: entryAt(variables.path!) } } } }
  const named = (letter: string) =>
    Object.keys(variables).filter(name => new RegExp(`^${letter}\\d+$`).test(name))
  const each = (letter: string, to: string, answer: (value: string) => unknown) =>
    Object.fromEntries(named(letter).map(name => [name.replace(letter, to), answer(variables[name]!)]))
  return {
    repository: {
      base: { target: commit },
      ...each('r', 'r', () => null),
      ...each('n', 'o', () => ({ nodes: [] })),
      ...each('n', 'c', () => ({ nodes: [] })),
      at: { tree: commit.tree, ...each('p', 'p', entryAt), ...each('h', 'h', historyOf) },
    },
  }
}

function historyOf(path: string): unknown {
  const file = entryAt(path)
  const version = { oid: head, committedDate: '2026-05-01T00:00:00Z', file, status: null }
  return { nodes: file ? [version] : [] }
}

function entryAt(path: string): unknown {
  const text = files.get(path) ?? start.get(path)
  if (text === undefined) return null
  const oid = createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex')
  return { mode: 33188, oid, object: { byteSize: text.length, text } }
}
