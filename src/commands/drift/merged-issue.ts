import { fittingIssue } from '../../core/alerts/fitting.ts'
import { ALERT_LABEL, type AlertSubject, alertMarker } from '../../core/alerts/issue.ts'
import { mergedNoted, type OwnNotes } from '../../core/alerts/merge.ts'
import { isAlarming, isSameNoted, NOTED, type Noted, notedIn } from '../../core/alerts/noted.ts'
import { maskedValue } from '../../core/secrets/masked-value.ts'
import { type EnsuredIssue, ensureIssue, type IssueAccess, listOwnIssues } from '../../forges/ensure/issue.ts'
import type { Forge } from '../../forges/forge.ts'
import type { Issue } from '../../forges/issues.ts'
import type { Context, DeployAccess } from '../command/context.ts'
import { maskFor } from '../command/without-secrets.ts'
import { alertTurns } from './turns.ts'

/** The one issue of a model in an environment, which the bot writes too. */
export interface MergedIssue {
  read(): Promise<{ noted: Noted | undefined } | undefined>

  /** What is written where that stands there, freed of secrets. */
  merged(there: Noted | undefined, before: Noted | undefined, own: OwnNotes): Noted | undefined

  /**
   * Writes what is one's own into what stands there at that moment, and looks once more: where somebody else has written over it
   * meanwhile, it is merged into that.
   */
  write(own: OwnNotes, how: Writing): Promise<Written>
}

export interface Writing {
  /** What was acted on. */
  before: Noted | undefined
  /** drift.md */
  report: string
  /** Opens also what a person closed though its alarms go on. */
  reopens: boolean
}

export interface Written {
  issue: EnsuredIssue
  noted: Noted
  state: Issue['state']
}

export type IssuePlace = DeployAccess & IssueAccess & { forge: Forge }

export function mergedIssue(context: Context, place: IssuePlace, subject: AlertSubject): MergedIssue {
  const mask = maskFor(context)
  const inTurn = alertTurns(context, place, subject)
  const marker = alertMarker(subject)

  async function read() {
    const list = await listOwnIssues(place, ALERT_LABEL)
    const issue = (await list()).find(({ body }) => body.startsWith(marker))
    return issue && { noted: notedIn(issue.body) }
  }

  function merged(there: Noted | undefined, before: Noted | undefined, own: OwnNotes) {
    const noted = mergedNoted(there, before, own)
    return noted && maskedValue(NOTED, noted, mask)
  }

  async function write(own: OwnNotes, { before, report, reopens }: Writing): Promise<Written> {
    const most = place.forge.dialect.maxBody
    const nextTo = (there: Noted | undefined) => fittingIssue(subject, merged(there, before, own)!, most)
    const nextAt = (body = '') => nextTo(notedIn(body))
    const stateAt = (there: Issue | undefined) => {
      if (nextAt(there?.body).noted.over) return 'closed'
      return there && isSetAside(there) && !reopens ? 'closed' : 'open'
    }
    let issue: EnsuredIssue | undefined
    for (let looks = LOOKS; ; looks--) {
      let { title, noted } = nextAt()
      let state: Issue['state'] = 'closed'
      const ensured = await ensureIssue(place, {
        marker,
        label: ALERT_LABEL,
        title,
        body: there => {
          const next = nextAt(there)
          noted = next.noted
          return next.body(mask.text(report))
        },
        state: there => {
          state = stateAt(there)
          return state
        },
      })
      if (issue === undefined || issue.action === 'unchanged') issue = ensured
      const there = (await read())?.noted
      if (looks === 0 || !there || isSameNoted(nextTo(there).noted, there))
        return { issue, noted: there ?? noted, state }
    }
  }

  return { read, merged, write: (own, how) => inTurn(() => write(own, how)) }
}

// --- internal ---

/** How often what was written over is written again. */
const LOOKS = 3

/** A person closed it though its alarms go on; the bot may have noted since that it is over. */
function isSetAside({ state, body }: Issue): boolean {
  const noted = notedIn(body)
  return state === 'closed' && noted !== undefined && (!noted.over || isAlarming(noted))
}
