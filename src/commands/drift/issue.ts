import { driftAlerts } from '../../core/alerts/drift.ts'
import {
  ALERT_LABEL,
  type AlertSubject,
  alertIssue,
  alertMarker,
  alertSubjectWords,
} from '../../core/alerts/issue.ts'
import { NOTED, type Noted, notedIn, withAlarms, withTold } from '../../core/alerts/noted.ts'
import { AssayError, isAssayError } from '../../core/errors/errors.ts'
import { maskedValue } from '../../core/secrets/masked-value.ts'
import { ENVIRONMENT_NAME } from '../../core/text/names.ts'
import { type Alarm, type AlarmKind, nextAlarms } from '../../core/traffic/drift/alarms.ts'
import { type EnsuredIssue, ensureIssue, type IssueAccess, listOwnIssues } from '../../forges/ensure/issue.ts'
import type { Forge } from '../../forges/forge.ts'
import type { Context } from '../command/context.ts'
import { maskFor } from '../command/without-secrets.ts'
import { withDeploy } from '../deploy/read/deploy-branch.ts'
import { type Finding, type FollowedUp, followUp } from './retraining.ts'
import { saySlack, slackOf } from './slack.ts'

export interface Telling extends Finding {
  /** Length of the window of each kind. */
  minutes: Readonly<Record<AlarmKind, number>>
  dryRun: boolean
}

export interface Told {
  /** What was done, a line each. */
  lines: string[]
  /** Those that go on. */
  alarms: readonly Alarm[]
}

/**
 * Keeps one issue of the repository about a model in an environment: it is made when an alarm begins, says at each run how things are,
 * and is closed when all alarms have ended. Between runs nothing is kept but what the issue says in a hidden line. The bot writes into
 * the same one, whoever is first. Slack is told when an alarm begins and when all is over, not at every run.
 *
 * @throws AssayError `USAGE`, `DEPLOY_NO_TOKEN`; those of the forge
 */
export async function tellOfDrift(context: Context, telling: Telling): Promise<Told> {
  const { repository } = context.ci
  if (repository === undefined)
    throw usage(
      'this is no repository of a forge',
      'run it in the CI of the repository that the model is trained in',
    )
  const { environment } = telling.verdict
  // It is part of the line by which the issue is found.
  if (environment !== undefined && !ENVIRONMENT_NAME.test(environment))
    throw usage(
      `${JSON.stringify(environment)} is no name of an environment`,
      'name the one of the deploy repository, such as `production`',
    )
  const slack = slackOf(context)
  const address = { kind: 'forge', repository, namedBy: 'job', token: 'run' } as const
  try {
    return await withDeploy(context, { address, name: repository, branch: '' }, async access => {
      const { issues, forge, people } = access
      if (!issues || !forge)
        throw usage(
          `${repository} has no issues`,
          'issues are written on GitHub and GitLab: leave --issue out',
        )
      const own = { repository, issues, forge, ...(people && { people }) }
      return tell(context, own, telling, slack)
    })
  } catch (error) {
    if (!isAssayError(error, 'DEPLOY_NO_TOKEN')) throw error
    const problems = error.problems.map(({ what }) => ({ what, fix: TOKEN }))
    throw error.with({ title: 'The issue cannot be written', problems })
  }
}

// --- internal ---

const TOKEN =
  'give the run a token that may write issues: on GitHub `permissions: { issues: write }`, elsewhere ASSAY_TOKEN; a fork has none'

async function tell(
  context: Context,
  own: IssueAccess & { repository: string; forge: Forge },
  telling: Telling,
  slack: ReturnType<typeof slackOf>,
): Promise<Told> {
  const { verdict, minutes, dryRun } = telling
  const { model, environment } = verdict
  const subject = { model, environment }
  const found = await find(own, subject)
  const { alarms, begun } = nextAlarms(found?.noted?.drift ?? [], verdict, context.now(), minutes)
  const told = withTold(found?.noted, driftAlerts(verdict, alarms))
  if (!told || (told.over && found?.noted?.over))
    return { lines: ['No alarm: there is nothing to tell of.'], alarms }
  if (dryRun)
    return {
      lines: [`Would write into the issue ${JSON.stringify(titleOf(subject))}: nothing is written.`],
      alarms,
    }

  const mask = maskFor(context)
  const clean = (noted: Noted): Noted => maskedValue(NOTED, noted, mask)
  const report = mask.text(telling.report)
  const write = (noted: Noted, state: 'open' | 'closed') => {
    const { title, body } = alertIssue(subject, noted)
    const most = own.forge.dialect.maxBody
    return ensureIssue(own, {
      marker: alertMarker(subject),
      label: ALERT_LABEL,
      title,
      body: () => fitting(body, report, most),
      state,
    })
  }
  let noted = clean(withAlarms(told, alarms))
  if (found?.isSetAside && begun.length === 0) {
    const { url } = await write(noted, 'closed')
    return { lines: [`Somebody closed the issue: it stays so until another alarm begins${at(url)}`], alarms }
  }
  // What is wrong is there before anything is done about it.
  const state = noted.over ? 'closed' : 'open'
  const issue = await write(noted, state)
  const followed: FollowedUp = await followUp(context, own.repository, { ...telling, report }, noted)
  noted = clean({ ...noted, ...followed.noted })
  const said = slack && !followed.isQuiet ? await saySlack(slack, subject, noted, issue.url) : undefined
  if (said) noted = clean({ ...noted, slack: said.slack })
  const last = await write(noted, state)
  return { lines: [lineOf(issue, last, state), ...followed.did, ...(said?.did ?? [])], alarms }
}

interface Found {
  noted: Noted | undefined
  /** A person closed it though its alarms go on. */
  isSetAside: boolean
}

async function find(own: IssueAccess, subject: AlertSubject): Promise<Found | undefined> {
  const list = await listOwnIssues(own, ALERT_LABEL)
  const issue = (await list()).find(({ body }) => body.startsWith(alertMarker(subject)))
  if (!issue) return undefined
  const noted = notedIn(issue.body)
  return { noted, isSetAside: issue.state === 'closed' && noted !== undefined && !noted.over }
}

/** With as much of the report as there is room for, whole lines. */
function fitting(body: (report: string) => string, report: string, most: number): string {
  const room = most - body('').length - ROOM
  if (report.length <= room) return body(report)
  const cut = report.slice(0, Math.max(0, room)).split('\n').slice(0, -1).join('\n')
  return body(`${cut}\n\nThe rest is in the files of the run.`)
}

/** For the marker, line ends and what a forge counts otherwise. */
const ROOM = 2000

function lineOf(first: EnsuredIssue, last: EnsuredIssue, state: 'open' | 'closed'): string {
  const action =
    first.action === 'created' ? 'created' : last.action === 'updated' ? last.action : first.action
  return `Issue ${action}${state === 'closed' ? ' and closed' : ''}${at(last.url ?? first.url)}`
}

function titleOf(subject: AlertSubject): string {
  return `Alert: ${alertSubjectWords(subject)}`
}

function at(url: string | undefined): string {
  return url === undefined ? '' : `: ${url}`
}

function usage(what: string, fix: string): AssayError {
  return new AssayError({ code: 'USAGE', title: 'There is no place for an issue', problems: [{ what, fix }] })
}
