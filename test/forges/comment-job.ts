import { renderMarker } from '../../src/core/text/marker.ts'
import { type CommentRequest, ensureComment } from '../../src/forges/ensure/comment.ts'
import type { Forge } from '../../src/forges/forge.ts'
import type { CommentPlace } from './comment-places.ts'

const noWait = { wait: async () => {} }

type Request = Partial<CommentRequest> & { pullRequest: number }

export const marked = (body: string, order = '100.1', model = 'late-flights') =>
  `${renderMarker({ model, order })}\n${body}`

/** One job of a CI. Without an author nobody has told it who it is. */
export function commentJob(forge: Forge) {
  return (request: Request) =>
    ensureComment(forge, { model: 'late-flights', order: '100.1', body: '**Pass**', ...request }, noWait)
}

/** Jobs that write comments, each with a client of its own, and a look at what they did. */
export function commentJobs(place: CommentPlace) {
  const job = (account: Parameters<CommentPlace['connect']>[0] = 'bot') => commentJob(place.connect(account))
  return {
    job,
    ensure: (request: Request) => job()({ author: place.bot, ...request }),
    bodies: async (pullRequest: number) => (await place.read(pullRequest)).map(comment => comment.body),
    writes: () =>
      place
        .requests()
        .filter(({ method }) => method !== 'GET')
        .map(({ method }) => method),
  }
}
