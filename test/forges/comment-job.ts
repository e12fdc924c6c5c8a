import { renderMarker } from '../../src/core/marker.ts'
import { type CommentRequest, ensureComment } from '../../src/forges/ensure-comment.ts'
import { githubForge } from '../../src/forges/github.ts'
import { githubClient } from '../../src/forges/github-client.ts'
import { BOT, type GithubEmulator, REPOSITORY, TOKENS } from '../support/emulator.ts'

const noWait = { wait: async () => {} }

type Request = Partial<CommentRequest> & { pullRequest: number }

export const marked = (body: string, order = '100.1', model = 'late-flights') =>
  `${renderMarker({ model, order })}\n${body}`

/** Jobs of a CI that write comments, and a look at what they did. */
export function commentJobs(github: GithubEmulator) {
  /** One job: a client of its own. Without an author nobody has told it who it is. */
  function job(token: string = TOKENS.workflow) {
    const client = githubClient({ token, apiUrl: github.url, safety: { ...noWait, deadline: 1000 } })
    const forge = githubForge(client, REPOSITORY)
    return (request: Request) =>
      ensureComment(forge, { model: 'late-flights', order: '100.1', body: '**Pass**', ...request }, noWait)
  }
  return {
    job,
    ensure: (request: Request) => job()({ author: BOT, ...request }),
    bodies: async (pullRequest: number) => (await github.comments(pullRequest)).map(comment => comment.body),
    writes: () => github.requests.filter(request => request.method !== 'GET').map(request => request.method),
  }
}
