import type { Spent } from '../../src/core/page/missing.ts'

/** Who is asked about. */
export interface Asker {
  /** There is a repository that they may read. */
  isReader: boolean
  /** They were let in as somebody new, and so often the forge was asked out of that share. */
  isAdmitted: boolean
  asNew: number
}

/** One question to the forge. */
export interface Question {
  /** It was answered: they may not read it. */
  refused(): void
  /** It was not answered. */
  failed(): void
  /** They may read it: what was asked about them before was no stranger's. */
  granted(): void
}

/**
 * How often within an hour the forge is asked what people may do. Its calls are those of all, and anybody may sign in: so those who may
 * read nothing have one share, and one of them no more than a quarter of it; and whoever was never asked about has another, which
 * strangers who come again and again cannot take. Whoever turns out to be a reader gives back what was theirs of both, so that after a
 * start all readers are let in; what they may not read counts from then on, for themselves alone.
 */
export function sharesOf(now: () => number): (of: Asker) => Question | Spent {
  const strangers = hourOf(now)
  const newcomers = hourOf(now)
  const admitted = hourOf(now)
  const readers = new WeakMap<Asker, Hour>()

  function forget(of: Asker): void {
    for (const share of [strangers, newcomers, admitted]) share.forget(of)
  }

  function asReader(of: Asker): Question | Spent {
    const own = readers.get(of) ?? hourOf(now)
    readers.set(of, own)
    if (own.last().length >= MOST_OF_READER) return { spent: 'own', until: own.next() }
    return { refused: () => own.add(of), failed() {}, granted() {} }
  }

  function asNewcomer(of: Asker): Question | Spent {
    const full = [
      ...(newcomers.last().length >= MOST_OF_NEWCOMERS ? [newcomers] : []),
      ...(!of.isAdmitted && admitted.last().length >= MOST_ADMITTED ? [admitted] : []),
    ]
    if (full.length > 0) return { spent: 'newcomers', until: Math.max(...full.map(one => one.next())) }
    if (!of.isAdmitted) admitted.add(of)
    of.isAdmitted = true
    of.asNew++
    newcomers.add(of)
    return { refused() {}, failed: () => void of.asNew--, granted: () => forget(of) }
  }

  function asStranger(of: Asker): Question | Spent {
    if (strangers.last(of).length >= MOST_OF_STRANGERS / 4) return { spent: 'own', until: strangers.next(of) }
    if (strangers.last().length >= MOST_OF_STRANGERS) return { spent: 'strangers', until: strangers.next() }
    strangers.add(of)
    return { refused() {}, failed() {}, granted: () => forget(of) }
  }

  return of => {
    if (of.isReader) return asReader(of)
    if (of.asNew >= MOST_AS_NEW) return asStranger(of)
    const question = asNewcomer(of)
    return 'spent' in question && of.isAdmitted ? asStranger(of) : question
  }
}

// --- internal ---

/** Within an hour. */
const MOST_OF_STRANGERS = 400
const MOST_OF_NEWCOMERS = 1000
const MOST_ADMITTED = 400
const MOST_OF_READER = 500
/** Of one, whenever. */
const MOST_AS_NEW = 20

const HOUR_MS = 3_600_000

interface Hour {
  /** Those of the last hour, of all or of one. */
  last(asker?: Asker): readonly { asker: Asker; at: number }[]
  /** When the first of these is one no more. */
  next(asker?: Asker): number
  add(asker: Asker): void
  forget(asker: Asker): void
}

function hourOf(now: () => number): Hour {
  let all: { asker: Asker; at: number }[] = []
  const last: Hour['last'] = asker => {
    while (all[0] && all[0].at <= now() - HOUR_MS) all.shift()
    return asker ? all.filter(one => one.asker === asker) : all
  }
  return {
    last,
    next: asker => (last(asker)[0]?.at ?? now()) + HOUR_MS,
    add: asker => void all.push({ asker, at: now() }),
    forget(asker) {
      all = all.filter(one => one.asker !== asker)
    },
  }
}
