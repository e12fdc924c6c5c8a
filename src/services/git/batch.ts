import { callGit, type GitCall, GitCallError } from './call.ts'

export interface BatchOptions extends Omit<GitCall, 'input' | 'onOutput'> {
  /** Objects of more bytes are passed over. */
  most: number
}

/** The bytes of an object, or why there are none. */
export type BatchObject = Uint8Array | 'missing' | 'too_large'

/**
 * Many objects in one process, in the order of their names (`id` or `commit:path`, without line ends).
 *
 * @throws GitCallError
 */
export async function readObjects(
  names: readonly string[],
  { most, ...call }: BatchOptions,
): Promise<BatchObject[]> {
  if (names.length === 0) return []
  const wrong = names.find(name => /[\n\0]/.test(name))
  if (wrong !== undefined) throw new RangeError('a name of an object has a line end')
  const objects: BatchObject[] = []
  const onOutput = objectReader(most, object => objects.push(object))
  const input = names.map(name => `${name}\n`).join('')
  await callGit(['cat-file', '--batch', '--buffer'], { ...call, input, onOutput })
  if (objects.length !== names.length) throw new GitCallError('failed', 'git did not give every object')
  return objects
}

// --- internal ---

const LINE_END = 10

/** Takes the output piece by piece: a line with the size, so many bytes, a line end. Nothing that is too large is kept. */
function objectReader(most: number, take: (object: BatchObject) => void): (chunk: Buffer) => void {
  let line = ''
  let left = 0
  let kept: Buffer[] | undefined
  const begin = () => {
    const size = / (\d+)$/.exec(line)?.[1]
    line = ''
    if (size === undefined) return take('missing')
    left = Number(size) + 1
    kept = Number(size) <= most ? [] : undefined
  }
  const add = (part: Buffer) => {
    left -= part.length
    kept?.push(part)
    if (left > 0) return
    take(kept ? new Uint8Array(Buffer.concat(kept).subarray(0, -1)) : 'too_large')
  }
  return chunk => {
    for (let at = 0; at < chunk.length; ) {
      if (left > 0) {
        const part = chunk.subarray(at, at + left)
        at += part.length
        add(part)
      } else {
        const end = chunk.indexOf(LINE_END, at)
        line += chunk.toString('utf8', at, end < 0 ? chunk.length : end)
        at = end < 0 ? chunk.length : end + 1
        if (end >= 0) begin()
      }
    }
  }
}
