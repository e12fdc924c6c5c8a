import type { Forge } from '../forge.ts'
import { mayHaveHappened } from '../forge-error.ts'
import type { Issue, Issues, IssueText } from '../issues.ts'

export interface IssueRequest extends IssueText {
  /** The hidden first line, which is put before the text. */
  marker: string
  label: string
  state: Issue['state']
}

export interface EnsuredIssue {
  action: 'created' | 'updated' | 'unchanged' | 'nothing'
  url?: string
}

/**
 * One issue for one marker, whatever happens: found by marker and author, updated in place, closed and opened again. One that is to
 * be closed is not made for that. Of two that were made at once the older stays, and the other is closed.
 */
export async function ensureIssue(
  issues: Issues,
  forge: Pick<Forge, 'whoAmI'>,
  request: IssueRequest,
): Promise<EnsuredIssue> {
  const { title, marker, label, state } = request
  const text = { title, body: `${marker}\n${request.body}` }
  const own = await listOwnIssues(issues, forge, label)
  const read = async () => (await own()).filter(({ body }) => body.split(/\r?\n/, 1)[0] === marker)
  const [first] = await read()
  if (first) return write(first)
  if (state === 'closed') return { action: 'nothing' }
  const made = await create()
  const [oldest, ...others] = await read()
  for (const { number, state: now, ...other } of others)
    if (now === 'open') await issues.update(number, { title: other.title, body: other.body, state: 'closed' })
  if (oldest && oldest.number !== made.number) return write(oldest)
  return { action: 'created', url: made.url }

  async function write(issue: Issue): Promise<EnsuredIssue> {
    const { number, url } = issue
    if (issue.state === state && issue.title === title && isSame(issue.body, text.body))
      return { action: 'unchanged', url }
    await issues.update(number, { ...text, state })
    return { action: 'updated', url }
  }

  async function create(): Promise<Issue> {
    try {
      return await issues.create({ ...text, labels: [label] })
    } catch (error) {
      if (!mayHaveHappened(error)) throw error
      const [found] = await read()
      if (found) return found
      throw error
    }
  }
}

/** Lists the issues of a label that are the bot's own, oldest first, each time that it is called. */
export async function listOwnIssues(
  issues: Pick<Issues, 'list'>,
  forge: Pick<Forge, 'whoAmI'>,
  label: string,
): Promise<() => Promise<Issue[]>> {
  const own = await forge.whoAmI()
  return async () => (await issues.list(label)).filter(({ author }) => own === undefined || author === own)
}

// --- internal ---

/** Forges may change line ends and drop white space at the end. */
function isSame(a: string, b: string): boolean {
  const normal = (text: string) => text.replaceAll('\r\n', '\n').trimEnd()
  return normal(a) === normal(b)
}
