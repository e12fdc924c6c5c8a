import type { RepositoryName } from '../../src/commands/bot/keys.ts'
import { rightToSee, type SeeRight } from '../../src/commands/bot/page/overview.ts'
import type { BotWorld } from '../../src/commands/bot/world.ts'
import type { Spent } from '../../src/core/page/missing.ts'
import type { ForgeName } from '../../src/forges/index.ts'
import type { Person } from './people.ts'
import { type Asker, type Question, sharesOf } from './shares.ts'

/**
 * What somebody may do in a repository, by the forge's word: of the last minute where it is to decide what they are shown, an
 * `earlier` one where they are shown nothing that they have not. Or why it is not asked now.
 *
 * @throws AssayError those of `rightToSee`
 */
export type RightOf = (
  repository: RepositoryName,
  person: Person,
  asOf: 'now' | 'earlier',
) => Promise<SeeRight | Spent>

/** Asks the forge, within the shares that people have of its calls, and about whoever may not read something ever less often. */
export function rightsOfPeople(world: BotWorld): RightOf {
  const people = new Map<string, Known>()
  /** Each forge has calls of its own. */
  const shares = new Map<ForgeName, ReturnType<typeof sharesOf>>()

  function knownOf({ forge, login, id }: Person): Known {
    const name = JSON.stringify([forge, login, id])
    const known = people.get(name) ?? { rights: new Map(), isReader: false, isAdmitted: false, asNew: 0 }
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

  function take(of: Known, forge: ForgeName): ReturnType<ReturnType<typeof sharesOf>> {
    const share = shares.get(forge) ?? sharesOf(world.now)
    shares.set(forge, share)
    return share(of)
  }

  /** Waits for what is asked about somebody now: by that they may turn out to be a reader. */
  async function turnsReader(known: Known): Promise<boolean> {
    const pending = [...known.rights.values()].filter(({ right }) => right === undefined)
    await Promise.allSettled(pending.map(({ asked }) => asked))
    return known.isReader
  }

  const rightOf: RightOf = async (repository, person, asOf) => {
    const known = knownOf(person)
    const name = `${repository.forge}:${repository.name}`
    const before = known.rights.get(name)
    if (before && world.now() - before.at < keptFor(before, asOf)) return before.asked
    const question = before?.isReadable ? FREE : take(known, repository.forge)
    if ('spent' in question)
      return !known.isReader && (await turnsReader(known)) ? rightOf(repository, person, asOf) : question
    const { login, id } = person
    const { nones = 0, isReadable = false } = before ?? {}
    const answer: Answer = { asked: ask(question), at: world.now(), nones, isReadable }
    known.rights.delete(name)
    known.rights.set(name, answer)
    if (known.rights.size > MOST_RIGHTS) known.rights.delete(known.rights.keys().next().value!)
    return answer.asked

    async function ask({ refused, failed, granted }: Question): Promise<SeeRight> {
      let right: SeeRight | undefined
      try {
        right = await rightToSee(world, repository, { login, ...(id !== undefined && { id }) })
        return right
      } finally {
        answer.right = right ?? 'unknown'
        if (right === undefined) failed()
        if (right === 'none') {
          answer.nones++
          answer.isReadable = false
          refused()
        }
        if (right === 'read' || right === 'write') {
          answer.nones = 0
          answer.isReadable = known.isReader = true
          granted()
        }
      }
    }
  }
  return rightOf
}

// --- internal ---

interface Known extends Asker {
  rights: Map<string, Answer>
}

interface Answer {
  asked: Promise<SeeRight>
  at: number
  /** Absent while the forge is asked. */
  right?: SeeRight
  /** How often it was none in a row. */
  nones: number
  /** By the last that the forge said. */
  isReadable: boolean
}

/** Of what somebody may read nobody takes a question. */
const FREE: Question = { refused() {}, failed() {}, granted() {} }

/** Milliseconds. */
const MINUTE_MS = 60_000
const GOOD_MS = { now: MINUTE_MS, earlier: 600_000 }
const LONGEST_NONE_MS = 600_000
const FAILED_MS = 10_000
const MOST_PEOPLE = 2000
/** Of one person. */
const MOST_RIGHTS = 2000

function keptFor({ right, nones }: Answer, asOf: 'now' | 'earlier'): number {
  if (right === undefined) return Infinity
  if (right === 'unknown') return FAILED_MS
  return right === 'none' ? Math.min(MINUTE_MS * 2 ** (nones - 1), LONGEST_NONE_MS) : GOOD_MS[asOf]
}

function rank({ isReader }: Known): number {
  return isReader ? 1 : 0
}
