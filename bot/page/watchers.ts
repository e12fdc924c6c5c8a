import type { RepositoryName } from '../../src/commands/bot/keys.ts'
import { isAssayError } from '../../src/core/errors/errors.ts'
import type { Missing } from '../../src/core/page/missing.ts'
import type { Events } from '../../src/services/web/streams.ts'
import type { Person } from './people.ts'
import type { RightOf } from './rights.ts'

/** What is told where it is not rows alone that may be others. */
export const ANYTHING = '*'

/** A stream of ids of rows, as one text each; or why there is none: somebody has too many of them open, or may read nothing. */
export type Watch = (person: Person) => Promise<Events | 'many' | 'nothing' | Missing>

/** Who watches the page. Nobody is told of a repository that they may not read, not even that something happened there. */
export function watchers(
  rightOf: RightOf,
  onFault: (error: unknown) => void,
): {
  /** A stream for somebody who may see something; undefined where there is no place. */
  watch(person: Person): Events | undefined
  /** Whether somebody watches who may read a repository. */
  has(repository: RepositoryName): Promise<boolean>
  tell(repository: RepositoryName, rows: readonly string[] | typeof ANYTHING): void
} {
  const all = new Set<Watcher>()

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

  /** Where all places are taken, whoever has the most gives one to somebody who has fewer. */
  function hasPlace(own: number): boolean {
    if (all.size < MOST_ALL) return true
    const byPerson = [...Map.groupBy(all, ({ person }) => nameOf(person)).values()]
    const most = byPerson.toSorted((a, b) => b.length - a.length)[0]!
    if (most.length <= own + 1) return false
    most[0]!.end()
    return true
  }

  return {
    watch(person) {
      const name = nameOf(person)
      const own = [...all].filter(one => nameOf(one.person) === name).length
      if (own >= MOST_OWN || !hasPlace(own)) return undefined
      return {
        open(tell, end) {
          const watcher = { person, tell, end }
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

interface Watcher {
  person: Person
  tell(rows: string): void
  /** Ends the stream: its browser asks for another. */
  end(): void
}

/** Streams of one person: browsers and devices. */
const MOST_OWN = 20
/** Of all: fewer than the server takes. */
const MOST_ALL = 400
const MOST_NAMED = 100

function nameOf({ forge, login }: Person): string {
  return `${forge}:${login}`
}
