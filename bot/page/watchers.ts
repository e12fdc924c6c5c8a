import type { RepositoryName } from '../../src/commands/bot/keys.ts'
import { isAssayError } from '../../src/core/errors/errors.ts'
import type { Events } from '../../src/services/web/streams.ts'
import type { Person } from './people.ts'
import type { RightOf } from './rights.ts'

/** What is told where it is not rows alone that may be others. */
export const ANYTHING = '*'

/** A stream of ids of rows, as one text each; undefined where somebody has too many of them open. */
export type Watch = (person: Person) => Events | undefined

/** Who watches the page. Nobody is told of a repository that they may not read, not even that something happened there. */
export function watchers(
  rightOf: RightOf,
  onFault: (error: unknown) => void,
): {
  watch: Watch
  /** Whether somebody watches who may read a repository. */
  has(repository: RepositoryName): Promise<boolean>
  tell(repository: RepositoryName, rows: readonly string[] | typeof ANYTHING): void
} {
  const all = new Set<{ person: Person; tell: (rows: string) => void }>()

  async function mayRead(repository: RepositoryName, person: Person, asOf: 'now' | 'earlier') {
    if (repository.forge !== person.forge) return false
    try {
      const right = await rightOf(repository, person, asOf)
      return right === 'read' || right === 'write'
    } catch (error) {
      if (!isAssayError(error)) throw error
      return false
    }
  }

  return {
    watch(person) {
      const { forge, login } = person
      const own = [...all].filter(one => one.person.forge === forge && one.person.login === login)
      if (own.length >= MOST_OWN) return undefined
      return {
        open(tell) {
          const watcher = { person, tell }
          all.add(watcher)
          // What happened before: whoever has read it already is told so by the answer.
          tell(ANYTHING)
          return () => void all.delete(watcher)
        },
      }
    },
    async has(repository) {
      for (const { person } of all) if (await mayRead(repository, person, 'earlier')) return true
      return false
    },
    tell(repository, rows) {
      if (rows.length === 0) return
      const words = rows === ANYTHING || rows.length > MOST_NAMED ? ANYTHING : rows.join(' ')
      for (const watcher of all)
        mayRead(repository, watcher.person, 'now')
          .then(may => may && all.has(watcher) && watcher.tell(words))
          .catch(onFault)
    },
  }
}

// --- internal ---

/** Streams of one person: browsers and devices. */
const MOST_OWN = 20
const MOST_NAMED = 100
