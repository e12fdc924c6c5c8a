/** What a commit message of this project is like: an imperative subject that fits a line, and a body that says why. */

export interface Commit {
  id: string
  subject: string
  body: string
}

/** For `git log`: fields end with a byte that no message holds. */
export const LOG_FORMAT = '%h%x00%s%x00%b%x00'

export function parseLog(log: string): Commit[] {
  const fields = log.split('\0')
  return Array.from({ length: Math.floor(fields.length / 3) }, (_, at) => ({
    id: fields[at * 3]!.trim(),
    subject: fields[at * 3 + 1]!,
    body: fields[at * 3 + 2]!.trim(),
  }))
}

/** What is wrong with a commit's message: everything, each with what to do. What git wrote itself for a revert passes. */
export function commitProblems({ id, subject, body }: Commit): string[] {
  const isRevert = /^Revert "/.test(subject)
  const [first = ''] = subject.split(/\s/)
  const wrong: string[] = []
  if (subject.length > SUBJECT && !isRevert)
    wrong.push(`the subject has ${subject.length} characters; ${SUBJECT} fit`)
  if (/^(?:fixup|squash|amend)! /.test(subject)) wrong.push('squash it into the commit that it is for')
  else if (!/^\p{Lu}/u.test(subject)) wrong.push('begin the subject with a capital letter')
  else if (isTold(first))
    wrong.push(`"${first}": say in the subject what the commit does as an order, such as "Add" or "Fix"`)
  if (/[.…]$/.test(subject)) wrong.push('the subject ends without a full stop')
  if (body.replaceAll(TRAILER, '').trim() === '') wrong.push('say in a body why')
  return wrong.map(text => `${id} ${JSON.stringify(subject)}: ${text}`)
}

// --- internal ---

const SUBJECT = 72
const TRAILER = /^[\w-]+(?:-[\w]+)*: .*$/gm

/** "Added", "Adding", "Adds"; not "Embed", "Bring", "Pass". */
function isTold(word: string): boolean {
  return /^[A-Z][a-z]+(?:ed|ing|[^aisu]s)$/.test(word) && !ORDERS.has(word.toLowerCase())
}

const ORDERS = new Set([
  'bring',
  'embed',
  'exceed',
  'feed',
  'need',
  'ping',
  'proceed',
  'seed',
  'speed',
  'string',
  'succeed',
])
