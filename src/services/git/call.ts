import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { outputTail } from '../process/output-tail.ts'
import { settledWithin } from '../process/settled-within.ts'

export interface GitCall {
  folder: string
  /** `-c` settings, and the whole environment of git. */
  config: readonly string[]
  env: Readonly<Record<string, string>>
  /** git is stopped when it prints nothing for so long. */
  silenceMs: number
  /** For its standard input, which is empty otherwise. */
  input?: string
  /** Gets what it prints piece by piece. */
  onOutput: (chunk: Buffer) => void
}

/**
 * Starts git and waits for its end.
 *
 * @throws GitCallError `missing`: there is no git; `silent`; `failed`, with all that it printed
 */
export async function callGit(
  parameters: readonly string[],
  { folder, config, env, silenceMs, input, onOutput }: GitCall,
): Promise<void> {
  const child = spawn('git', [...config.flatMap(entry => ['-c', entry]), ...parameters], {
    cwd: folder,
    env,
    windowsHide: true,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  const [stdout, stderr] = [child.stdout!, child.stderr!]
  const [printed, said] = [closed(stdout), closed(stderr)]
  const [output, words] = [outputTail(MOST_WORDS), outputTail(MOST_WORDS)]
  let isSilent = false
  const timer = setTimeout(() => {
    // git takes its locks with it where it is asked to end. One that has ended may have left its output to another program.
    if (!child.kill(isSilent ? 'SIGKILL' : 'SIGTERM')) stdout.destroy()
    isSilent = true
    timer.refresh()
  }, silenceMs)
  const heard = () => void (isSilent || timer.refresh())
  stdout.on('data', (chunk: Buffer) => {
    heard()
    output.add(chunk)
    onOutput(chunk)
  })
  stderr.on('data', (chunk: Buffer) => {
    heard()
    words.add(chunk)
  })
  // git that ends early closes its input: why it ended is told by its exit code.
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  try {
    const how = await endOf(child, folder)
    if (isSilent) stdout.destroy()
    await printed
    // An ssh that stays for the next call keeps this open.
    await settledWithin(said, DRAIN_MS)
    if (isSilent)
      throw new GitCallError('silent', `git printed nothing for ${silenceMs / 1000} s and was stopped`)
    if (how !== ENDED_WELL)
      throw new GitCallError('failed', words.text() === '' ? how : output.text() + words.text())
  } finally {
    clearTimeout(timer)
    stdout.destroy()
    stderr.destroy()
  }
}

/** git could not be started, was stopped, or says that something failed; in its own words, which nobody has judged yet. */
export class GitCallError extends Error {
  readonly kind: 'missing' | 'silent' | 'failed'
  constructor(kind: GitCallError['kind'], words: string) {
    super(words)
    this.kind = kind
  }
}

// --- internal ---

/** Of an endless output the end is kept: git says last why it failed. */
const MOST_WORDS = 64 * 1024
const DRAIN_MS = 100
const ENDED_WELL = ''

/** How git ended, in words. @throws GitCallError where it was not started */
function endOf(child: ChildProcess, folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT' && existsSync(folder)
      const what = error.code === 'ENOENT' && !isMissing ? `there is no folder ${folder}` : error.message
      reject(new GitCallError(isMissing ? 'missing' : 'failed', what))
    })
    child.once('exit', (code, signal) => {
      if (code === 0) resolve(ENDED_WELL)
      else resolve(code === null ? `git was ended by ${signal}` : `git ended with exit code ${code}`)
    })
  })
}

function closed(stream: Readable): Promise<void> {
  return new Promise(resolve => stream.once('close', resolve))
}
