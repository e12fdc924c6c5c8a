import { execFile } from 'node:child_process'
import { childEnvironment } from '../process/child-environment.ts'
import type { Environment } from './requests.ts'

/** What a helper keeps, or in words why there is nothing to use. None of its output is in the words. */
export type Helped = { user: string; password: string } | { identity: string } | { note: string }

/**
 * Asks `docker-credential-<name>` for the login of a registry: its address on standard input, JSON on standard output. It is
 * started without a shell, with no variable but those that the helpers of the clouds and of desktops read.
 *
 * @param helper as config.json names it: only small letters, digits and `-` make the name of a program
 * @param folder that of config.json, in which it runs
 */
export async function askHelper(helper: unknown, host: string, options: HelperOptions): Promise<Helped> {
  if (typeof helper !== 'string' || !/^[a-z0-9-]{1,64}$/.test(helper))
    return { note: "the credential helper in Docker's config.json is no name of one, and is not started" }
  const program = `docker-credential-${helper}`
  const { output, failed } = await run(program, HUB[host] ?? host, options)
  if (failed === undefined) return loginIn(output) ?? { note: `${program} answered what is no login` }
  return { note: `${program} ${output.includes(NONE) ? 'has no login for it' : failed}` }
}

// --- internal ---

interface HelperOptions {
  env: Environment
  folder: string
  signal: AbortSignal | undefined
  /** Milliseconds. */
  deadline: number
}

/** By this address Docker keeps the login of its own registry. */
const HUB: Record<string, string> = { 'docker.io': 'https://index.docker.io/v1/' }
const MOST_BYTES = 1024 * 1024
/** What all helpers print where they know of none, beside their exit code. */
const NONE = 'credentials not found'
/** The user name that marks a secret as an identity token. */
const IDENTITY = '<token>'

function run(
  program: string,
  address: string,
  { env, folder, signal, deadline }: HelperOptions,
): Promise<{ output: string; failed?: string }> {
  const options = {
    env: childEnvironment('credential_helper', env),
    cwd: folder,
    timeout: deadline,
    maxBuffer: MOST_BYTES,
    killSignal: 'SIGKILL' as const,
    ...(signal && { signal }),
  }
  return new Promise(resolve => {
    const child = execFile(program, ['get'], options, (error, output) => {
      resolve({ output, ...(error && { failed: howFailed(error) }) })
    })
    // One that ends before it has read the address says why by its exit code.
    child.stdin!.on('error', () => {})
    child.stdin!.end(address)
  })
}

function howFailed({ code, killed, name }: Error & { code?: unknown; killed?: boolean }): string {
  if (code === 'ENOENT') return 'is not on the PATH'
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'printed more than a login'
  if (name === 'AbortError') return 'was stopped with the job'
  if (killed) return 'did not answer in time'
  return typeof code === 'number' ? `failed (exit code ${code})` : 'could not be run'
}

function loginIn(output: string): Helped | undefined {
  let answer: { Username?: unknown; Secret?: unknown } | null
  try {
    answer = JSON.parse(output) as typeof answer
  } catch {
    return undefined
  }
  const { Username: user, Secret: secret } = answer ?? {}
  if (typeof user !== 'string' || typeof secret !== 'string' || secret === '') return undefined
  if (user === IDENTITY) return { identity: secret }
  return user === '' ? undefined : { user, password: secret }
}
