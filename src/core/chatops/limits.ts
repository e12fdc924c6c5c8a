import type { Commenter } from './rights.ts'

/** How many comments are answered. Everybody may write one, so who may write to nothing can use up no answer of those who may. */

/** Whom an answer is for: one who may write to the repository of the comment or to the deploy repository, or anybody else. */
export type Standing = 'writer' | 'other'

/** A comment that was answered: of whom (an id), and when it was written, in milliseconds since the epoch. */
export interface Answered {
  to: number
  at: number
  standing: Standing
}

/** How many are answered in one pull request within an hour: of one person, and of all of that standing. */
export const MOST_IN_AN_HOUR: Record<Standing, { person: number; all: number }> = {
  writer: { person: 10, all: 30 },
  other: { person: 5, all: 15 },
}

/** How many comments of people who may write nowhere are answered within an hour, in all repositories of an account together. */
export const MOST_OF_STRANGERS = 60

/** Milliseconds after which a command is answered and not carried out: by then it may mean something else. */
export const STALE_MS = 15 * 60_000

/** `spent`: only that there is no further answer is told, once for each who reaches it. */
export type Room = { kind: 'room' } | { kind: 'spent'; why: string } | { kind: 'silence' }

/**
 * Whether a comment is answered. Counted are the comments that were written within an hour of it, before and after: so what was
 * not answered then is not answered when it is found again days later, whatever order it is looked at in.
 */
export function roomFor(
  answered: readonly Answered[],
  { author, created, standing }: { author: Pick<Commenter, 'id'>; created: number; standing: Standing },
): Room {
  const { own, all } = counted(answered, author, created, standing)
  const most = MOST_IN_AN_HOUR[standing]
  if (own > most.person || all > most.all) return { kind: 'silence' }
  if (own >= most.person) return { kind: 'spent', why: SPENT[standing].person }
  if (all >= most.all) return { kind: 'spent', why: SPENT[standing].all }
  return { kind: 'room' }
}

/** Whether nothing more is answered whatever may be found out of the author: what they may need not be asked. */
export function isRefusedAnyway(
  answered: readonly Answered[],
  { author, created }: { author: Pick<Commenter, 'id'>; created: number },
): boolean {
  return counted(answered, author, created, 'other').own > MOST_IN_AN_HOUR.other.person
}

/** Whether one more comment of somebody who may write nowhere is answered in an account; both are times of writing. */
export function isRoomForStranger(answered: readonly number[], created: number): boolean {
  return answered.filter(at => isNear(at, created)).length < MOST_OF_STRANGERS
}

/** Why a command is answered only, whoever wrote it; undefined where it is carried out. Instants in milliseconds. */
export function whyNotNow({
  created,
  edited,
  now,
}: {
  created: number
  edited: boolean | 'unknown'
  now: number
}): string | undefined {
  if (edited === 'unknown')
    return 'nobody can tell whether it was edited since: write it as a comment of its own'
  if (edited) return 'the comment was edited: write a new one'
  if (!(now - created <= STALE_MS))
    return 'it was found more than 15 minutes after it was written: write it again'
  return undefined
}

// --- internal ---

const HOUR_MS = 3_600_000
const NOWHERE = 'may write neither here nor to the deploy repository'
const SPENT: Record<Standing, { person: string; all: string }> = {
  writer: {
    person: `${MOST_IN_AN_HOUR.writer.person} comments of one person were answered within an hour`,
    all: `${MOST_IN_AN_HOUR.writer.all} comments were answered here within an hour`,
  },
  other: {
    person: `${MOST_IN_AN_HOUR.other.person} comments of one person who ${NOWHERE} were answered within an hour`,
    all: `${MOST_IN_AN_HOUR.other.all} comments of people who ${NOWHERE} were answered here within an hour`,
  },
}

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) < HOUR_MS
}

function counted(
  answered: readonly Answered[],
  author: Pick<Commenter, 'id'>,
  created: number,
  standing: Standing,
): { own: number; all: number } {
  const near = answered.filter(one => one.standing === standing && isNear(one.at, created))
  return { own: near.filter(({ to }) => to === author.id).length, all: near.length }
}
