import { readdir } from 'node:fs/promises'
import { childEnvironment } from '../process/child-environment.ts'
import { runCommand } from '../process/process.ts'

/** Programs that run a command in an image, and how each is spoken to. */

export interface Containers {
  program: 'docker' | 'podman'
  /** What this machine needs besides: as whom files are written, and its GPUs. */
  flags: readonly string[]
}

export interface InImage {
  /** What the configuration has: shell text. */
  command: string
  /** `name@sha256:…` or `name:tag`. */
  image: string
  /** The name of the container while it runs. */
  name: string
  /** Absolute path, which is the same inside; nothing else of this machine is seen there. */
  folder: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** The first of docker and podman that answers; else why each does not, in words. */
export async function findContainers(
  env: Environment,
  signal: AbortSignal,
): Promise<{ found: Containers } | { missing: string[] }> {
  const missing: string[] = []
  for (const [program, { question, flags }] of Object.entries(PROGRAMS)) {
    const answer = await ask(`${program} info --format '${question}'`, env, signal)
    if ('said' in answer)
      return { found: { program: program as Containers['program'], flags: await flags(answer.said) } }
    missing.push(`${program} ${answer.why}`)
  }
  return { missing }
}

/**
 * Shell text that runs a command in an image, in a shell as `runCommand` has it. The container gets what Assay tells its commands
 * (`ASSAY_…`) and no other variable of this machine: none of its keys.
 */
export function inImage({ program, flags }: Containers, { command, image, name, folder }: InImage): string {
  const words = [
    ...[program, 'run', '--rm', `--name=${name}`, ...flags],
    // Else SELinux keeps the container from the folder.
    '--security-opt=label=disable',
    ...[`--mount=type=bind,source=${folder},target=${folder}`, `--workdir=${folder}`],
    ...['--env=HOME=/tmp', '--env=ASSAY_WORKSPACE', '--env=ASSAY_SEED'],
    ...['--entrypoint=sh', image, '-c', SHELL, 'sh', command],
  ]
  return words.map(inShell).join(' ')
}

/** Whether an image is here already: then no registry is asked. */
export function isHere({ program }: Containers, image: string): string {
  return [program, 'image', 'inspect', image].map(inShell).join(' ')
}

export function pullOf({ program }: Containers, image: string): string {
  return [program, 'pull', image].map(inShell).join(' ')
}

/** Ends a container that outlived the program that started it. */
export function removalOf({ program }: Containers, name: string): string {
  return [program, 'rm', '--force', name].map(inShell).join(' ')
}

// --- internal ---

const PATIENCE_SECONDS = 60
/** The first process of a container gets no signal that it does not listen to, so none of its shells is the first. */
const SHELL =
  'trap "kill -TERM -1; exit 143" TERM; if command -v bash >/dev/null; then bash --noprofile --norc -e -o pipefail -c "$1" & else sh -e -c "$1" & fi; wait "$!"'

const PROGRAMS: Record<
  Containers['program'],
  { question: string; flags: (said: string) => string[] | Promise<string[]> }
> = {
  docker: {
    question: '{{json .SecurityOptions}} {{json .Runtimes}}',
    flags: said => [
      ...asWhom(said.includes('name=rootless')),
      ...(said.includes('"nvidia"') ? ['--gpus=all'] : []),
    ],
  },
  podman: {
    question: '{{.Host.Security.Rootless}}',
    flags: async said => [
      ...asWhom(said.includes('true')),
      ...((await hasGpus()) ? ['--device=nvidia.com/gpu=all'] : []),
    ],
  },
}

/** Files belong to whoever runs this. Where they started the containers themselves, the container's root is they. */
function asWhom(isRootless: boolean): string[] {
  const [user, group] = isRootless ? [0, 0] : [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  return [`--user=${user}:${group}`]
}

/** How podman is told of GPUs: https://github.com/cncf-tags/container-device-interface */
async function hasGpus(): Promise<boolean> {
  for (const folder of ['/etc/cdi', '/var/run/cdi']) {
    const names = await readdir(folder).catch(() => [])
    if (names.some(name => /^nvidia.*\.(?:ya?ml|json)$/.test(name))) return true
  }
  return false
}

async function ask(
  run: string,
  env: Environment,
  signal: AbortSignal,
): Promise<{ said: string } | { why: string }> {
  const { exitCode, notFound, tail } = await runCommand({
    run,
    folder: '/',
    env: childEnvironment('builder', env),
    timeoutSeconds: PATIENCE_SECONDS,
    signal,
    onOutput: () => {},
  })
  if (exitCode === 0) return { said: tail }
  return { why: notFound ? 'is not installed' : 'does not answer `info`' }
}

function inShell(word: string): string {
  return /^[\w./@:=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
