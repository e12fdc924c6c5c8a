import { basename } from 'node:path'
import { AssayError } from '../../../core/errors/errors.ts'
import { shortened, visible } from '../../../core/text/visible-text.ts'
import {
  type Containers,
  findContainers,
  inImage,
  isHere,
  pullOf,
  removalOf,
} from '../../../services/containers/containers.ts'
import { type EndedCommand, environmentFor, runCommand } from '../../../services/process/process.ts'
import type { Context } from '../../command/context.ts'
import { endedWell } from '../../project/ended.ts'

/** An image that the commands of a commit are run in. */
export interface TrainingImage {
  /** The same command, in the image. */
  inside: (command: string) => string
  /** Ends what a command that was stopped has left running there. */
  end: () => Promise<void>
}

/**
 * Brings the image that a release was trained in, with the logins of this machine. One that its registry has no more is an
 * answer: `gone` says so.
 *
 * @throws AssayError `CONTAINERS_MISSING` where nothing here runs one, `IMAGE_NOT_PULLED`
 */
export async function trainingImage(
  context: Context,
  image: string,
): Promise<TrainingImage | { gone: string }> {
  const { env, folder, signal } = context
  const asked = await findContainers(env, signal)
  if ('missing' in asked) throw nothingRuns(asked.missing, image)
  const { found } = asked
  const name = basename(folder)
  const run = (
    command: string,
    stop: AbortSignal,
    timeoutSeconds: number,
    onOutput: (chunk: Uint8Array) => void = () => {},
  ) =>
    runCommand({
      run: command,
      folder,
      env: environmentFor(env),
      timeoutSeconds,
      signal: stop,
      onOutput,
    })
  const there = await run(isHere(found, image), signal, QUICK_SECONDS)
  if (!endedWell(there)) {
    const pulled = await context.log.group(`Get the image: ${image}`, () =>
      run(pullOf(found, image), signal, PULL_SECONDS, chunk => context.log.raw(chunk)),
    )
    if (!endedWell(pulled)) return notPulled(found, image, pulled)
  }
  return {
    inside: command => inImage(found, { command, image, name, folder }),
    // Also where this run is being stopped.
    end: async () => {
      await run(removalOf(found, name), new AbortController().signal, QUICK_SECONDS)
    },
  }
}

// --- internal ---

const QUICK_SECONDS = 60
/** An image with CUDA is some gigabytes. */
const PULL_SECONDS = 7200
const NO_MORE = /manifest unknown|name unknown|MANIFEST_UNKNOWN|NAME_UNKNOWN|\bnot found\b/i

function notPulled({ program }: Containers, image: string, ended: EndedCommand): { gone: string } {
  const lines = ended.tail.split(/\r?\n/).filter(line => line.trim() !== '')
  const said = shortened(visible(lines.at(-1) ?? 'nothing'), 300)
  if (NO_MORE.test(said) && !ended.timedOut && !ended.cancelled)
    return { gone: `${image}: ${program} says: ${said}` }
  throw new AssayError({
    code: 'IMAGE_NOT_PULLED',
    title: 'The image that it was trained in could not be had',
    problems: [
      {
        what: ended.timedOut
          ? `\`${program} pull ${image}\` did not end within two hours`
          : `${image}: ${program} says: ${said}`,
        fix: `log in where it lies (\`${program} login\`) and see that \`${program} pull ${image}\` works here; --own-packages trains without it`,
      },
    ],
  })
}

function nothingRuns(missing: readonly string[], image: string): AssayError {
  return new AssayError({
    code: 'CONTAINERS_MISSING',
    title: 'Nothing on this machine runs the image that it was trained in',
    problems: [
      {
        what: `${image} is to be run: ${missing.join('; ')}`,
        fix: `install docker or podman, or run this where one is. By hand, in the folder of the commit: \`docker run --rm -it --volume "$PWD:$PWD" --workdir "$PWD" ${image} sh\`. --own-packages trains with the packages of this machine`,
      },
    ],
  })
}
