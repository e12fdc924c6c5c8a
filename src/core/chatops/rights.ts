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

/** Whether somebody may write where this was asked of the very account; what is not known is no. */
export function mayWrite(right: Right, author: Commenter): boolean {
  return right.kind === 'known' && WRITES.has(right.right) && right.id === author.id
}

/** What is known of somebody, and of the rights that the run would have, where those are another account's. */
export interface ReweighFacts extends Pick<OwnerFacts, 'author' | 'here'> {
  runsAs?: Right
}

/**
 * Whether somebody may have a pull request weighed once more: whoever may push to it. The code that runs is theirs to write, so it gets
 * no rights by this that they have not.
 */
export function mayReweigh({ author, here, runsAs }: ReweighFacts): Permission {
  const writer = mayWriteHere({ author, here })
  if (!writer.may || here.kind === 'unknown' || !runsAs) return writer
  if (runsAs.kind === 'unknown') return no(runsAs.why)
  const [own, given] = [ROLES.indexOf(here.right), ROLES.indexOf(runsAs.right)]
  if (given < 0) return no('it is not known with which rights it would run')
  return given <= own
    ? { may: true }
    : no(`it would run with all that the bot may do here (${runsAs.right}), and you may less (${here.right})`)
}

// --- internal ---

const READS = new Set(['read', 'triage', 'write', 'maintain', 'admin'])
const MAINTAINS = new Set(['maintain', 'admin'])
const UNOWNED =
  'CODEOWNERS names no owner of the gates (assay.yml), so it takes the right to maintain the repository'
/** Of those who may write, what they may do grows. */
const ROLES: readonly string[] = ['write', 'maintain', 'admin']
const WRITES = new Set(ROLES)

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
