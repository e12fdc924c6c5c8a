import { basename } from 'node:path'
import { isAssayError } from '../../core/errors/errors.ts'
import type { FoundFiles } from '../../services/files/find-files.ts'
import { namingOf } from './release-beside.ts'

/** Files of some names with what was read of each. */
export interface KeptFiles<T> {
  /** What there is now: one that changed is read anew, one that cannot be read stays what it was, one that is gone is forgotten. */
  update(found: FoundFiles): Promise<(T & { path: string })[]>
}

/**
 * @param of.read of a file, and what names its release where that is beside it; undefined where it has said why there is nothing
 * @param of.onProblem why one could not be read
 */
export function keptFiles<T extends object>({
  names,
  read,
  onProblem,
}: {
  names: readonly string[]
  read(path: string, naming: string | undefined): Promise<T | undefined>
  onProblem(path: string, why: string): void
}): KeptFiles<T> {
  let known = new Map<string, Known<T>>()
  const readOne = async (path: string, naming: string | undefined): Promise<T | undefined> => {
    try {
      return await read(path, naming)
    } catch (error) {
      if (!isAssayError(error)) throw error
      onProblem(path, [error.message, ...error.problems.map(({ what }) => what)].join('; '))
      return undefined
    }
  }
  return {
    async update({ files, unread }) {
      const stamps = new Map(files.map(({ path, stamp }) => [path, stamp]))
      const next = new Map<string, Known<T>>()
      for (const { path } of unread) {
        const isBelow = (one: string) => one === path || one.startsWith(`${path}/`)
        for (const [one, before] of known) if (isBelow(one)) next.set(one, before)
      }
      for (const { path } of files.filter(one => names.includes(basename(one.path)))) {
        const naming = namingOf(path, one => stamps.has(one))
        const stamp = `${stamps.get(path)} ${naming && stamps.get(naming)}`
        const before = known.get(path)
        const value =
          before?.stamp === stamp ? before.value : ((await readOne(path, naming)) ?? before?.value)
        next.set(path, { stamp, value })
      }
      known = next
      return [...known].flatMap(([path, { value }]) => (value ? [{ ...value, path }] : []))
    },
  }
}

// --- internal ---

interface Known<T> {
  stamp: string
  /** Undefined where it was never readable. */
  value: T | undefined
}
