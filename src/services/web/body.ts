import type { IncomingMessage } from 'node:http'

/** Bytes of bodies that may be held at once, over all requests of a server. */
export interface BodyBudget {
  most: number
  held: number
}

/** The body, or the status that it is refused with. */
export type ReadBody = { body: Buffer } | { status: 400 | 413 | 503 }

/**
 * Reads a body and holds no more than `cap` bytes of it: what is above is refused while it streams, at once where its length is
 * told. The rest is thrown away as it comes, so that the sender gets to read the answer.
 */
export function readBody(request: IncomingMessage, cap: number, budget: BodyBudget): Promise<ReadBody> {
  return new Promise(resolve => {
    const chunks: Buffer[] = []
    let size = 0
    const end = (read: ReadBody) => {
      budget.held -= size
      size = 0
      chunks.length = 0
      request.off('data', take)
      request.resume()
      resolve(read)
    }
    const take = (chunk: Buffer) => {
      size += chunk.length
      budget.held += chunk.length
      chunks.push(chunk)
      if (size > cap) end({ status: 413 })
      else if (budget.held > budget.most) end({ status: 503 })
    }
    if (Number(request.headers['content-length'] ?? 0) > cap) return end({ status: 413 })
    request.on('data', take)
    request.on('end', () => end({ body: Buffer.concat(chunks) }))
    // The sender went away, or was too slow: nobody reads the answer.
    for (const event of ['error', 'aborted', 'close'] as const) request.on(event, () => end({ status: 400 }))
  })
}
