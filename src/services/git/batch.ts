import { spawn } from 'node:child_process'
import { GitError } from 'simple-git'

export interface BatchOptions {
  folder: string
  /** `-c` settings, and the environment for git alone. */
  config: readonly string[]
  env: Readonly<Record<string, string>>
  /** git is stopped when it prints nothing for so long. */
  silenceMs: number
  /** Objects of more bytes are passed over. */
  most: number
}

/** The bytes of an object, or why there are none. */
export type BatchObject = Uint8Array | 'missing' | 'too_large'

/**
 * Many objects in one process, in the order of their names (`id` or `commit:path`, without line ends): simple-git has no way
 * to write to git's input.
 *
 * @throws GitError as simple-git does
 */
export async function readObjects(
  names: readonly string[],
  { folder, config, env, silenceMs, most }: BatchOptions,
): Promise<BatchObject[]> {
  if (names.length === 0) return []
  const wrong = names.find(name => /[\n\0]/.test(name))
  if (wrong !== undefined) throw new RangeError('a name of an object has a line end')
  const settings = config.flatMap(entry => ['-c', entry])
  const child = spawn('git', [...settings, 'cat-file', '--batch', '--buffer'], { cwd: folder, env })
  const objects: BatchObject[] = []
  const read = objectReader(most, object => objects.push(object))
  let words = ''
  let silent = false
  const timer = setTimeout(() => {
    silent = true
    child.kill('SIGKILL')
  }, silenceMs)
  child.stdout.on('data', (chunk: Buffer) => {
    timer.refresh()
    read(chunk)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = `${words}${text}`.slice(-MOST_WORDS)
  })
  // git that ends early closes its input: why it ended is told by its exit code.
  child.stdin.on('error', () => {})
  child.stdin.end(names.map(name => `${name}\n`).join(''))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', error => reject(new GitError(undefined, error.message)))
    child.once('close', resolve)
  }).finally(() => clearTimeout(timer))
  if (silent) throw new GitError(undefined, `git printed nothing for ${silenceMs / 1000} s and was stopped`)
  if (code !== 0) throw new GitError(undefined, words || `git ended with exit code ${code}`)
  if (objects.length !== names.length) throw new GitError(undefined, 'git did not give every object')
  return objects
}

// --- internal ---

const MOST_WORDS = 4096
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
