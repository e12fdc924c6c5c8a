import type { RepositoryName } from '../../src/commands/bot/keys.ts'
import { rightToSee, type SeeRight } from '../../src/commands/bot/page/overview.ts'
import type { BotWorld } from '../../src/commands/bot/world.ts'
import type { Person } from './people.ts'

/**
 * What somebody may do in a repository, by the forge's word: of the last minute where it is to decide what they are shown, an
 * `earlier` one where they are shown nothing that they have not.
 *
 * @throws AssayError those of `rightToSee`
 */
export type RightOf = (
  repository: RepositoryName,
  person: Person,
  asOf: 'now' | 'earlier',
) => Promise<SeeRight>

/**
 * Asks the forge, whose calls are those of all, where anybody may sign in: so whoever may read nothing is asked about ever less often,
 * and all of them together only so much within an hour, one no more than a share of that. Of who may read something nobody takes calls.
 */
export function rightsOfPeople(world: BotWorld): RightOf {
  const people = new Map<string, Known>()
  /** What was asked of people who may read nothing as far as is known. */
  let strange: { of: Known; at: number }[] = []

  function knownOf({ forge, login, id }: Person): Known {
    const name = JSON.stringify([forge, login, id])
    const known = people.get(name) ?? { rights: new Map(), isReader: false }
    // Who looked last is forgotten last, and a stranger before others.
    people.delete(name)
    people.set(name, known)
    if (people.size > MOST_PEOPLE) {
      const [first] = [...people]
        .filter(([, one]) => one !== known)
        .toSorted(([, a], [, b]) => rank(a) - rank(b))
      people.delete(first![0])
    }
    return known
  }

  function mayAsk(of: Known): boolean {
    if (of.isReader) return true
    const at = world.now()
    strange = strange.filter(one => one.at > at - HOUR_MS)
    const own = strange.filter(one => one.of === of)
    if (strange.length >= MOST_STRANGE || own.length >= MOST_STRANGE / SHARES) return false
    strange.push({ of, at })
    return true
  }

  return (repository, person, asOf) => {
    const known = knownOf(person)
    const name = `${repository.forge}:${repository.name}`
    const before = known.rights.get(name)
    if (before && world.now() - before.at < keptFor(before, asOf)) return before.asked
    if (!mayAsk(known)) return Promise.resolve('unknown')
    const { login, id } = person
    const answer: Answer = { asked: ask(), at: world.now(), nones: before?.nones ?? 0 }
    known.rights.delete(name)
    known.rights.set(name, answer)
    if (known.rights.size > MOST_RIGHTS) known.rights.delete(known.rights.keys().next().value!)
    return answer.asked

    async function ask(): Promise<SeeRight> {
      let right: SeeRight = 'unknown'
      try {
        right = await rightToSee(world, repository, { login, ...(id !== undefined && { id }) })
        return right
      } finally {
        answer.right = right
        if (right === 'none') answer.nones++
        if (right === 'read' || right === 'write') {
          answer.nones = 0
          known.isReader = true
        }
      }
    }
  }
}

// --- internal ---

interface Known {
  rights: Map<string, Answer>
  /** There is a repository that they may read. */
  isReader: boolean
}

interface Answer {
  asked: Promise<SeeRight>
  at: number
  /** Absent while the forge is asked. */
  right?: SeeRight
  /** How often it was none in a row. */
  nones: number
}

/** Milliseconds. */
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const GOOD_MS = { now: MINUTE_MS, earlier: 600_000 }
const LONGEST_NONE_MS = 600_000
const FAILED_MS = 10_000
const MOST_PEOPLE = 2000
/** Of one person. */
const MOST_RIGHTS = 2000
const MOST_STRANGE = 1000
/** So many people it takes to use up that. */
const SHARES = 4

function keptFor({ right, nones }: Answer, asOf: 'now' | 'earlier'): number {
  if (right === undefined) return Infinity
  if (right === 'unknown') return FAILED_MS
  return right === 'none' ? Math.min(MINUTE_MS * 2 ** (nones - 1), LONGEST_NONE_MS) : GOOD_MS[asOf]
}

function rank({ isReader }: Known): number {
  return isReader ? 1 : 0
}
