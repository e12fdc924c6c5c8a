/**
 * All bytes of a body, or undefined where there are more than `most`: then no more of it is taken, and whoever sends it is cut off.
 */
export async function bytesWithin(
  body: AsyncIterable<Uint8Array> | null | undefined,
  most: number,
): Promise<Buffer | undefined> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body ?? []) {
    size += piece.length
    if (size > most) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces, size)
}
