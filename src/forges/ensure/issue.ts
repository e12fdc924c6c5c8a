import type { Right } from '../../core/chatops/rights.ts'
import type { DeployConnection } from '../connection.ts'
import { mayHaveHappened } from '../forge-error.ts'
import type { Issue, IssueAuthor, Issues, IssueText } from '../issues.ts'

export interface IssueRequest {
  title: string
  /** The text, below the hidden first line; it may keep something of what stands there. */
  body: (there: string | undefined) => string
  /** The hidden first line, which is put before the text. */
  marker: string
  label: string
  /** Also by what stands there. */
  state: Issue['state'] | ((there: Issue | undefined) => Issue['state'])
}

/** Whose issues they are, and who may write beside us. */
export type IssueAccess = Pick<DeployConnection, 'people'> & {
  issues: Issues
  forge: Pick<NonNullable<DeployConnection['forge']>, 'whoAmI'>
}

export interface EnsuredIssue {
  action: 'created' | 'updated' | 'unchanged' | 'nothing'
  url?: string
}

/**
 * One issue for one marker, whatever happens: found by marker and author, updated in place, closed and opened again. One that is to
 * be closed is not made for that. Of two that were made at once the older stays, and the other is closed. Whoever of us writes first,
 * the bot or a job of the CI, the other one goes on in that issue.
 */
export async function ensureIssue(access: IssueAccess, request: IssueRequest): Promise<EnsuredIssue> {
  const { issues } = access
  const { title, marker, label } = request
  const stateFor = (there?: Issue) =>
    typeof request.state === 'function' ? request.state(there) : request.state
  const textFor = (there?: string): IssueText => ({ title, body: `${marker}\n${request.body(there)}` })
  const own = await listOwnIssues(access, label)
  const read = async () => (await own()).filter(({ body }) => body.split(/\r?\n/, 1)[0] === marker)
  const [first] = await read()
  if (first) return write(first)
  if (stateFor() === 'closed') return { action: 'nothing' }
  const made = await create()
  const [oldest, ...others] = await read()
  for (const { number, state: now, ...other } of others)
    if (now === 'open') await issues.update(number, { title: other.title, body: other.body, state: 'closed' })
  if (oldest && oldest.number !== made.number) return write(oldest)
  return { action: 'created', url: made.url }

  async function write(issue: Issue): Promise<EnsuredIssue> {
    const { number, url } = issue
    const text = textFor(issue.body)
    const state = stateFor(issue)
    if (issue.state === state && issue.title === title && isSame(issue.body, text.body))
      return { action: 'unchanged', url }
    await issues.update(number, { ...text, state })
    return { action: 'updated', url }
  }

  async function create(): Promise<Issue> {
    try {
      return await issues.create({ ...textFor(), labels: [label] })
    } catch (error) {
      if (!mayHaveHappened(error)) throw error
      const [found] = await read()
      if (found) return found
      throw error
    }
  }
}

/**
 * Lists the issues of a label that are ours, oldest first, each time that it is called: of the account that we are, of an app, or of
 * somebody who may write there. Anybody may open an issue with our first line.
 */
export async function listOwnIssues(
  { issues, forge, people }: IssueAccess,
  label: string,
): Promise<() => Promise<Issue[]>> {
  const own = await forge.whoAmI()
  const trusted = new Map<string, Promise<boolean>>()
  const isTrusted = async (author: IssueAuthor) => {
    const right = people && (await people.rightOf(author))
    return right?.kind === 'known' && WRITES.has(right.right)
  }
  const isOurs = (author: IssueAuthor) => {
    if (author.login === own || author.isApp) return true
    const known = trusted.get(author.login) ?? isTrusted(author)
    trusted.set(author.login, known)
    return known
  }
  return async () => {
    const found = await issues.list(label)
    const ours = await Promise.all(found.map(({ author }) => isOurs(author)))
    return found.filter((_, at) => ours[at])
  }
}

// --- internal ---

const WRITES: ReadonlySet<Extract<Right, { kind: 'known' }>['right']> = new Set([
  'write',
  'maintain',
  'admin',
])

/** Forges may change line ends and drop white space at the end. */
function isSame(a: string, b: string): boolean {
  const normal = (text: string) => text.replaceAll('\r\n', '\n').trimEnd()
  return normal(a) === normal(b)
}
