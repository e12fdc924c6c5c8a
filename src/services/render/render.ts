import { type ExecFileException, execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { AssayError } from '../../core/errors/errors.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'
import { childEnvironment } from '../process/child-environment.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface RenderLimits {
  /** Only its `PATH` counts, to find the program. */
  env: Environment
  /** What the program may see; its home too. */
  folder: string
  timeoutSeconds: number
}

/**
 * What a renderer of manifests prints. It gets no variable of the job, no program to start (git, for one), no cluster and a
 * proxy that is not there; at most 4 GiB of memory, 2 MiB of output and so many seconds.
 *
 * @throws AssayError `NOT_RENDERED`: the program is not installed, refused in its own words, or was stopped
 */
export async function render(program: string, parameters: string[], limits: RenderLimits): Promise<string> {
  const { env, folder, timeoutSeconds } = limits
  const file = await find(program, env.PATH ?? '')
  if (file === undefined) throw notRendered(`${program} is not on the PATH`)
  return new Promise((resolve, reject) => {
    execFile(
      '/bin/sh',
      ['-c', `ulimit -v ${MOST_KIB} 2>/dev/null; exec "$0" "$@"`, file, ...parameters],
      {
        cwd: folder,
        env: childEnvironment('renderer', env, { ...ALONE, HOME: folder, TMPDIR: folder }),
        timeout: timeoutSeconds * 1000,
        killSignal: 'SIGKILL',
        maxBuffer: MOST_BYTES,
      },
      (error, output, words) => {
        if (error) reject(notRendered(`${program} ${whyNot(error, words, limits)}`))
        else resolve(output)
      },
    )
  })
}

/** Whether a program is there at all. */
export async function hasProgram(program: string, env: Environment): Promise<boolean> {
  return (await find(program, env.PATH ?? '')) !== undefined
}

export function notRendered(what: string): AssayError {
  return new AssayError({ code: 'NOT_RENDERED', title: 'Manifests were not rendered', problems: [{ what }] })
}

// --- internal ---

const MOST_KIB = 4 * 1024 * 1024
const MOST_BYTES = 2 * 1024 * 1024
/** Port 9 discards; nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9'
const ALONE = {
  PATH: '/nonexistent',
  LC_ALL: 'C',
  HTTP_PROXY: NOWHERE,
  HTTPS_PROXY: NOWHERE,
  KUBECONFIG: '/dev/null',
  HELM_PLUGINS: '/nonexistent',
  HELM_NO_PLUGINS: '1',
}

async function find(program: string, path: string): Promise<string | undefined> {
  // A relative folder of the PATH would be one of the repository.
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    const file = join(folder, program)
    const there = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (there) return file
  }
  return undefined
}

function whyNot(error: ExecFileException, words: string, { folder, timeoutSeconds }: RenderLimits): string {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `printed more than ${MOST_BYTES} bytes`
  if (error.killed) return `took longer than ${timeoutSeconds} s`
  const lines = words.split('\n').filter(line => line.trim() !== '')
  const line =
    lines.findLast(one => /^error:/i.test(one)) ??
    // What comes after the word of a crash is where in the program it was.
    lines.find(one => /^(?:panic|fatal error):/.test(one)) ??
    lines.at(-1) ??
    'ended without a word'
  return `said: ${shortened(visible(line.replaceAll(`${folder}/`, '')), 300)}`
}
