import type { IncomingMessage } from 'node:http'

/**
 * Bytes of bodies that a route holds at once, before anybody knows who sent them. Small ones have room of their own, of which no
 * large one takes anything.
 */
export interface BodyBudget {
  small: Room
  large: Room
}

/** The body, or the status that it is refused with. */
export type ReadBody = { body: Buffer } | { status: 400 | 413 | 503 }

/** @param most bytes of each of the two rooms; absent: as much as a route with this cap needs */
export function bodyBudget(cap: number, most?: number): BodyBudget {
  return {
    small: { most: most ?? SMALL_ROOM, held: 0, unfinished: new Set() },
    large: { most: most ?? Math.min(LARGE_ROOM, 2 * cap), held: 0, unfinished: new Set() },
  }
}

/**
 * Reads a body and holds no more than `cap` bytes of it: what is above is refused while it streams, at once where its length is
 * told. The rest is thrown away as it comes, so that the sender gets to read the answer. Where there is no more room, the body
 * that has taken longest is given up with 503, and not the one that comes: who stalls keeps nobody out.
 *
 * @param done is called once
 */
export function readBody(
  request: IncomingMessage,
  cap: number,
  budget: BodyBudget,
  done: (read: ReadBody) => void,
): void {
  const told = Number(request.headers['content-length'] ?? 0)
  if (told > cap) {
    request.resume()
    done({ status: 413 })
    return
  }
  const chunks: Buffer[] = []
  let size = 0
  let room = budget.small
  let isOver = false
  const giveUp = () => void refuse(503)
  const leave = () => {
    room.held -= size
    room.unfinished.delete(giveUp)
  }
  const end = (read: ReadBody) => {
    isOver = true
    if (size > 0) leave()
    chunks.length = 0
    done(read)
  }
  const refuse = (status: 400 | 413 | 503) => isOver || end({ status })
  const take = (chunk: Buffer) => {
    if (isOver) return
    // Nearly all come in one piece, and take room from nobody.
    if (size === 0 && chunk.length === told) return end({ body: chunk })
    if (size + chunk.length > cap) return void refuse(413)
    const next = size + chunk.length > SMALL ? budget.large : budget.small
    if (next !== room) leave()
    next.held += chunk.length + (next === room ? 0 : size)
    next.unfinished.add(giveUp)
    room = next
    size += chunk.length
    chunks.push(chunk)
    for (const giveUpOldest of room.unfinished) {
      if (room.held <= room.most) break
      giveUpOldest()
    }
  }
  request.on('data', take)
  request.on('end', () => isOver || end({ body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) }))
  // The sender went away, or was too slow: nobody reads the answer. After a whole body it comes too, and changes nothing.
  request.on('close', () => refuse(400))
}

// --- internal ---

interface Room {
  most: number
  held: number
  /** What gives up each body that is not whole yet, the oldest first. */
  unfinished: Set<() => void>
}

const MEGABYTE = 1024 * 1024
/** More than nearly all hooks have. */
const SMALL = 256 * 1024
const SMALL_ROOM = 8 * MEGABYTE
const LARGE_ROOM = 32 * MEGABYTE
