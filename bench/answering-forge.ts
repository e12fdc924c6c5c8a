import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parentPort } from 'node:worker_threads'

/** A forge that answers at once and keeps one comment: the floor's and the report's requests cost the same here. */
const user = { login: 'github-actions[bot]', type: 'Bot' }
let comments: unknown[] = []

const server = createServer((request, response) => {
  let body = ''
  request.on('data', chunk => {
    body += String(chunk)
  })
  request.on('end', () => {
    const created = request.method === 'POST'
    const check = request.url?.includes('check-runs') === true
    // The first call of a report: a new pull request, so to speak.
    if (created && check) comments = []
    response.statusCode = created ? 201 : 200
    response.setHeader('content-type', 'application/json; charset=utf-8')
    response.end(JSON.stringify(check ? CHECK : request.method === 'GET' ? comments : keep(body)))
  })
})
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port))

const CHECK = { id: 1, html_url: 'http://127.0.0.1/1', app: { slug: 'github-actions' } }

function keep(text: string): unknown {
  const { body } = JSON.parse(text) as { body: string }
  const comment = { id: 1, body, user, html_url: 'http://127.0.0.1/2' }
  comments = [comment]
  return comment
}
