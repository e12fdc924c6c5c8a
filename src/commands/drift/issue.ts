import { driftAlerts } from '../../core/alerts/drift.ts'
import { type AlertSubject, alertSubjectWords } from '../../core/alerts/issue.ts'
import { isSameFiring } from '../../core/alerts/merge.ts'
import { isAlarming } from '../../core/alerts/noted.ts'
import { AssayError, isAssayError } from '../../core/errors/errors.ts'
import { ENVIRONMENT_NAME } from '../../core/text/names.ts'
import { type Alarm, type AlarmKind, nextAlarms } from '../../core/traffic/drift/alarms.ts'
import { toldUnseen } from '../../core/traffic/seen/judge-seen.ts'
import type { EnsuredIssue } from '../../forges/ensure/issue.ts'
import type { Context } from '../command/context.ts'
import { maskFor } from '../command/without-secrets.ts'
import { withDeploy } from '../deploy/read/deploy-branch.ts'
import { type IssuePlace, mergedIssue } from './merged-issue.ts'
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
      const { issues, forge } = access
      if (!issues || !forge)
        throw usage(
          `${repository} has no issues`,
          'issues are written on GitHub and GitLab: leave --issue out',
        )
      return tell(context, { ...access, issues, forge }, repository, telling, slack)
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
  place: IssuePlace,
  repository: string,
  telling: Telling,
  slack: ReturnType<typeof slackOf>,
): Promise<Told> {
  const { minutes, dryRun } = telling
  const { unseen } = telling.verdict
  // A run that sees nothing is not looked at again in a minute, as a watch does: its day is over.
  const verdict =
    unseen === undefined ? telling.verdict : toldUnseen(telling.verdict, `nothing is known of now: ${unseen}`)
  const { model, environment } = verdict
  const subject = { model, environment }
  const issue = mergedIssue(context, place, subject)
  const found = (await issue.read())?.noted
  const { alarms, begun } = nextAlarms(found?.drift ?? [], verdict, context.now(), minutes)
  const own = { told: driftAlerts(verdict, alarms), alarms }
  const next = issue.merged(found, found, own)
  if (!next || (next.over && found?.over && !isAlarming(found)))
    return { lines: ['No alarm: there is nothing to tell of.'], alarms }
  if (dryRun)
    return {
      lines: [`Would write into the issue ${JSON.stringify(titleOf(subject))}: nothing is written.`],
      alarms,
    }

  const report = maskFor(context).text(telling.report)
  // What is wrong is there before anything is done about it.
  const first = await issue.write(own, { before: found, report, reopens: begun.length > 0 })
  if (first.state === 'closed' && !first.noted.over) {
    const where = at(first.issue.url)
    return { lines: [`Somebody closed the issue: it stays so until another alarm begins${where}`], alarms }
  }
  const did = new Set<string>()
  let last = first
  // What others have told of meanwhile may ask for something else.
  for (let rounds = ROUNDS; rounds > 0; rounds--) {
    const before = last.noted
    const done: FollowedUp = await followUp(context, repository, { ...telling, report }, before)
    const followed = { ...own, followed: done.noted }
    const next = issue.merged(before, before, followed)!
    const said = slack && !done.isQuiet ? await saySlack(slack, subject, next, first.issue.url) : undefined
    const all = { ...own, followed: { ...done.noted, ...(said && { slack: said.slack }) } }
    last = await issue.write(all, { before, report, reopens: false })
    for (const line of [...done.did, ...(said?.did ?? [])]) did.add(line)
    if (isSameFiring(before, last.noted)) break
  }
  return { lines: [lineOf(first.issue, last.issue, last.state), ...did], alarms }
}

/** How often what is to be done is asked for at most. */
const ROUNDS = 3

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
