import { fittingIssue } from '../../../core/alerts/fitting.ts'
import {
  ALERT_LABEL,
  type AlertSubject,
  alertMarker,
  alertSubjectIn,
  reportIn,
} from '../../../core/alerts/issue.ts'
import { isUnfinished, NOTED, type Noted, notedIn } from '../../../core/alerts/noted.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import { type EnsuredIssue, ensureIssue, listOwnIssues } from '../../../forges/ensure/issue.ts'
import type { Issue } from '../../../forges/issues.ts'
import type { AlertKey } from '../keys.ts'
import type { BotWorld } from '../world.ts'
import { pageOf } from './slack.ts'

/** What the issues of the alerts of a repository know. */
export type Notes = (of: AlertSubject) => { noted?: Noted; url?: string; report?: string }

/** What each issue of an alert knows, and where it is; nothing where there is none. */
export async function readNotes({ issues, ...access }: RepositoryConnection): Promise<Notes> {
  if (!issues) return () => ({})
  const own = await listOwnIssues({ ...access, issues }, ALERT_LABEL)
  const all = await own()
  const read = new Map<string, ReturnType<Notes>>()
  const find: Notes = of => {
    const issue = all.find(({ body }) => body.startsWith(alertMarker(of)))
    if (!issue) return {}
    const noted = notedOf(issue)
    const report = reportIn(issue.body)
    return { url: issue.url, ...(noted && { noted }), ...(report !== undefined && { report }) }
  }
  return of => {
    const marker = alertMarker(of)
    const there = read.get(marker) ?? find(of)
    read.set(marker, there)
    return there
  }
}

/**
 * Writes what is known now, and what people are to see of it, as far as the forge has room.
 *
 * @returns also what stands there now
 */
export async function writeNoted(
  world: BotWorld,
  { issues, ...access }: RepositoryConnection,
  key: AlertKey,
  noted: Noted,
): Promise<EnsuredIssue & { noted: Noted }> {
  if (!issues) return { action: 'nothing', noted }
  const { maxBody } = access.forge.dialect
  // In one order: the same that is known again is no other text.
  const fitting = fittingIssue(key, NOTED.parse(noted), maxBody, { page: pageOf(world, key) })
  const ensured = await ensureIssue(
    { ...access, issues },
    {
      marker: alertMarker(key),
      label: ALERT_LABEL,
      title: fitting.title,
      body: there => fitting.body(reportIn(there)),
      state: noted.over ? 'closed' : 'open',
    },
  )
  return { ...ensured, noted: fitting.noted }
}

/** Which alerts of a repository may change without anything being told. */
export async function unfinishedAlerts({ issues, ...access }: RepositoryConnection): Promise<AlertSubject[]> {
  if (!issues) return []
  const own = await listOwnIssues({ ...access, issues }, ALERT_LABEL)
  return (await own()).flatMap(({ body }) => {
    const subject = alertSubjectIn(body)
    const noted = notedIn(body)
    return subject && noted && isUnfinished(noted) ? [subject] : []
  })
}

// --- internal ---

/** A person may close it: then it is over until it is told of again. */
function notedOf({ body, state }: Issue): Noted | undefined {
  const noted = notedIn(body)
  return noted && state === 'closed' ? { ...noted, over: true } : noted
}
