import { delimiter, join } from 'node:path'
import { isAssayError } from '../../../core/errors/errors.ts'
import {
  LOCKFILES,
  type Lockfile,
  lockedPackages,
  whyNotInstalled,
  yankedIn,
} from '../../../core/release/lockfiles.ts'
import { readInside } from '../../../services/files/files.ts'
import { environmentFor, runCommand } from '../../../services/process/process.ts'
import type { Context } from '../../command/context.ts'
import { endedWell } from '../../project/ended.ts'

export type Installed =
  | { context: Context; remarks: string[] }
  /** Why the packages of the commit cannot be had. */
  | { gone: string }
  /** Why nothing was installed; empty where the commit names no packages. */
  | { not: string[] }

/** Installs what the lockfile of the commit names, into a folder of its own beside it; what is run then finds it first. */
export async function installLocked(context: Context): Promise<Installed> {
  const place = `${context.folder}-packages`
  const files = new Map<Lockfile, string>()
  for (const name of LOCKFILES) {
    const text = await textOf(context.folder, name)
    if (text !== undefined) files.set(name, text)
  }
  const locked = lockedPackages(files, place)
  if (!locked) return { not: [] }
  if ('loose' in locked)
    return { not: [`${locked.loose} names no exact versions, so it says nothing of what was installed`] }
  let output = ''
  const ended = await context.log.group(`Install the packages: ${locked.lockfile}`, () =>
    runCommand({
      run: locked.run,
      folder: context.folder,
      env: environmentFor(context.env, locked.env),
      timeoutSeconds: 7200,
      signal: context.signal,
      onOutput: chunk => {
        output = `${output}${Buffer.from(chunk).toString('latin1')}`.slice(-MOST_OUTPUT)
        context.log.raw(chunk)
      },
    }),
  )
  if (ended.notFound)
    return { not: [`${locked.lockfile} names the packages, and \`${locked.tool}\` is not on the PATH`] }
  if (ended.cancelled) return { context, remarks: [] }
  if (!endedWell(ended)) return { gone: `${locked.lockfile}: ${whyNotInstalled(ended.tail)}` }
  const env = {
    ...context.env,
    PATH: [join(place, 'bin'), context.env.PATH ?? ''].join(delimiter),
    VIRTUAL_ENV: place,
    PYTHONHOME: undefined,
  }
  return { context: { ...context, env }, remarks: yankedIn(output) }
}

/** Why Python here is not that of the commit; nothing where the commit names none. */
export async function otherPython(context: Context): Promise<string[]> {
  const asked = (await textOf(context.folder, '.python-version'))?.trim()
  if (asked === undefined || !/^\d+\.\d+(\.\d+)?$/.test(asked)) return []
  const ended = await runCommand({
    run: 'python3 --version',
    folder: context.folder,
    env: environmentFor(context.env),
    timeoutSeconds: 60,
    signal: context.signal,
    onOutput: () => {},
  })
  const own = /Python (\d[\w.]*)/.exec(ended.tail)?.[1]
  if (own === undefined) return [`the commit asks for Python ${asked}, and there is no python3 here`]
  return own === asked || own.startsWith(`${asked}.`)
    ? []
    : [`the commit asks for Python ${asked}, and here it is ${own}`]
}

// --- internal ---

const MOST_OUTPUT = 256 * 1024
const MAX_LOCKFILE = 16 * 1024 * 1024

async function textOf(folder: string, path: string): Promise<string | undefined> {
  try {
    const { bytes } = await readInside(folder, path, { maxBytes: MAX_LOCKFILE, input: 'lockfile' })
    return new TextDecoder().decode(bytes)
  } catch (error) {
    if (isAssayError(error, 'FILE_NOT_FOUND')) return undefined
    throw error
  }
}
