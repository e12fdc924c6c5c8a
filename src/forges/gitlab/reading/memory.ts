import type { TreeEntry } from '../../../core/git/tree.ts'
import type { FileVersion } from '../../deploy-repository.ts'

/** What never changes, by names that say what it is: so it is asked for once, as far as there is room. */
export interface GitlabMemory {
  /** Entries of folders, by commit and path or by tree. */
  folders: Kept<TreeItem[] | undefined>
  /** Texts, by blob. */
  texts: Kept<string>
  /** By commit and path. */
  histories: Kept<FileVersion[]>
  commits: Kept<KnownCommit>
}

export interface TreeItem extends TreeEntry {
  type: string
  path: string
}

export interface KnownCommit {
  id: string
  message: string
  parent_ids: string[]
}

/** What was read under a name, or is read now; what fails is not kept. */
export type Kept<T> = (name: string, read: () => Promise<T>) => Promise<T>

export function gitlabMemory(): GitlabMemory {
  return {
    folders: keeping(200_000, items => items?.length ?? 0),
    texts: keeping(16_000_000, text => text.length),
    histories: keeping(16_000_000, versions =>
      versions.reduce((all, one) => all + (one.text?.length ?? 0), 0),
    ),
    commits: keeping(4_000_000, ({ message }) => message.length),
  }
}

/** What lives long has one of its own for all that it connects to. */
export function memoryOf(owner: object | undefined): GitlabMemory {
  const known = owner && MEMORIES.get(owner)
  if (known) return known
  const memory = gitlabMemory()
  if (owner) MEMORIES.set(owner, memory)
  return memory
}

/** Keeps what was asked for last. @param most of all weights together; each thing weighs a little by itself */
export function keeping<T>(most: number, weightOf: (value: T) => number): Kept<T> {
  const known = new Map<string, { reading: Promise<T>; weight: number }>()
  let all = 0
  return (name, read) => {
    const found = known.get(name)
    if (found) {
      known.delete(name)
      known.set(name, found)
      return found.reading
    }
    const one = { reading: read(), weight: 0 }
    known.set(name, one)
    one.reading.then(
      value => {
        one.weight = weightOf(value) + OWN_WEIGHT
        all += one.weight
        for (const [oldest, { weight }] of known) {
          if (all <= most) break
          known.delete(oldest)
          all -= weight
        }
      },
      () => known.delete(name),
    )
    return one.reading
  }
}

// --- internal ---

const MEMORIES = new WeakMap<object, GitlabMemory>()
const OWN_WEIGHT = 10
