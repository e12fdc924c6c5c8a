import { type ChatCommand, COMMANDS } from './grammar.ts'

/** Who may do what by a comment. Facts → an answer; whatever is not known refuses. */

/** What the forge says of somebody in a repository, asked for by login; `id` tells whether it is still the same account. */
export type Right =
  | { kind: 'known'; id: number; right: 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin' }
  | { kind: 'unknown'; why: string }

export interface Commenter {
  id: number
  login: string
}

export interface RightsFacts {
  command: Pick<ChatCommand, 'name'>
  author: Commenter
  /** In the deploy repository. */
  deploy?: Right
  /** Who is named for the environment: reviewers and owners of its folder, teams resolved. Undefined: nobody is. */
  named?: { people: readonly string[]; isAmong: boolean | { why: string } }
}

export type Permission = { may: true } | { may: false; why: string }

/** Whether the author of a comment may have this done. */
export function mayCommand({ command, author, deploy, named }: RightsFacts): Permission {
  const { needs } = COMMANDS[command.name]
  if (needs === 'nothing') return { may: true }
  if (needs === 'gates') return no('who owns the gates is not known')
  if (!deploy) return no('it is not known which deploy repository this is about')
  if (deploy.kind === 'unknown') return no(deploy.why)
  const isReader = READS.has(deploy.right)
  if (needs === 'read' && !isReader) return no('it takes the right to read the deploy repository')
  if (needs !== 'read' && !WRITES.has(deploy.right))
    return no('it takes the right to write to the deploy repository')
  if (deploy.id !== author.id) return no('the account of that name is another one by now')
  if (needs === 'read') return { may: true }
  if (needs === 'write' || !named) return { may: true }
  if (typeof named.isAmong === 'object') return no(named.isAmong.why)
  return named.isAmong
    ? { may: true }
    : no(`for this environment it takes one of those named for it: ${named.people.slice(0, 10).join(', ')}`)
}

/** What is known of somebody in the repository of the model. */
export interface OwnerFacts {
  author: Commenter
  here: Right
  /** Owners of the file that the gates stand in, teams resolved. Undefined: nobody is named. */
  owners?: { people: readonly string[]; isAmong: boolean | { why: string } }
}

export interface WaiverFacts extends OwnerFacts {
  /** Ids of whoever opened the pull request or has committed to it; or why nobody can tell. */
  makers: readonly number[] | { why: string }
}

/** Whether somebody may ask that a gate be waived: an owner of the gates, and nobody who has a hand in what is judged. */
export function mayWaive(facts: WaiverFacts): Permission {
  const { author, makers } = facts
  const writer = mayWriteHere(facts)
  if (!writer.may) return writer
  if ('why' in makers) return no(makers.why)
  if (makers.includes(author.id)) return no('a waiver is not for those who wrote the pull request')
  return ownsGates(facts)
}

/** Whether somebody may have a model trained anew: an owner of its gates. */
export function mayRetrain(facts: OwnerFacts): Permission {
  const writer = mayWriteHere(facts)
  return writer.may ? ownsGates(facts) : writer
}

/** Whether somebody may have a pull request weighed once more: whoever may push to it. */
export function mayReweigh(facts: Pick<OwnerFacts, 'author' | 'here'>): Permission {
  return mayWriteHere(facts)
}

/** Milliseconds after which a command is answered and not carried out: by then it may mean something else. */
export const STALE_MS = 15 * 60_000

/** How many commands are carried out in one pull request within an hour: of one person, of all. */
export const MOST_IN_AN_HOUR = { person: 10, all: 30 }

/** Whether so much was answered already that nothing more is: also not that it was too much. */
export function isFlood(answered: readonly { to: number }[], author: Pick<Commenter, 'id'>): boolean {
  const own = answered.filter(({ to }) => to === author.id).length
  return own > MOST_IN_AN_HOUR.person || answered.length > MOST_IN_AN_HOUR.all
}

/** Why a command is answered only, whoever wrote it; undefined where it is carried out. Instants in milliseconds. */
export function whyNotNow(facts: {
  created: number
  edited: boolean | 'unknown'
  now: number
  /** Answers of the last hour, by whom they are for. */
  answered: readonly { to: number }[]
  author: Pick<Commenter, 'id'>
}): string | undefined {
  const { created, edited, now, answered, author } = facts
  if (edited === 'unknown')
    return 'nobody can tell whether it was edited since: write it as a comment of its own'
  if (edited) return 'the comment was edited: write a new one'
  if (!(now - created <= STALE_MS))
    return 'it was found more than 15 minutes after it was written: write it again'
  if (answered.filter(({ to }) => to === author.id).length >= MOST_IN_AN_HOUR.person)
    return `that were ${MOST_IN_AN_HOUR.person} commands of one person within an hour: try again later`
  if (answered.length >= MOST_IN_AN_HOUR.all)
    return `that were ${MOST_IN_AN_HOUR.all} commands within an hour: try again later`
  return undefined
}

// --- internal ---

const READS = new Set(['read', 'triage', 'write', 'maintain', 'admin'])
const MAINTAINS = new Set(['maintain', 'admin'])
const UNOWNED =
  'CODEOWNERS names no owner of the gates (assay.yml), so it takes the right to maintain the repository'
const WRITES = new Set(['write', 'maintain', 'admin'])

function mayWriteHere({ author, here }: Pick<OwnerFacts, 'author' | 'here'>): Permission {
  if (here.kind === 'unknown') return no(here.why)
  if (!WRITES.has(here.right)) return no('it takes the right to write to the repository of the model')
  if (here.id !== author.id) return no('the account of that name is another one by now')
  return { may: true }
}

function ownsGates({ here, owners }: OwnerFacts): Permission {
  const maintains = here.kind === 'known' && MAINTAINS.has(here.right)
  if (!owners) return maintains ? { may: true } : no(UNOWNED)
  if (typeof owners.isAmong === 'object') return no(owners.isAmong.why)
  return owners.isAmong
    ? { may: true }
    : no(`it takes an owner of the gates: ${owners.people.slice(0, 10).join(', ')}`)
}

function no(why: string): Permission {
  return { may: false, why }
}
