import { isAssayError } from '../../../core/errors/errors.ts'
import { isForgeError } from '../../forge-error.ts'
import type { Survey, SurveyQuestion } from '../../survey.ts'
import type { GitlabClient } from '../client.ts'
import { gitlabFiles } from '../reading/files.ts'
import { gitlabRefs } from '../refs.ts'
import { ENDED, forgetOld, type Known, learnPipeline, seenIn, unknownProject, waitingForks } from './known.ts'
import { accountReads, type ChangedRequest, type OwnProject } from './reads.ts'

/** What a survey is made with. */
type SurveyClient = Pick<GitlabClient, 'api' | 'push' | 'listRefs' | 'memory' | 'graphql' | 'callsLeft'>

/**
 * Surveys of all projects in which an account may write. GitLab shows many projects in one call only what changed: so what was
 * seen is kept, merge requests are asked for by group, and the rest of those projects alone in which something went on. With `isFull`
 * every project is looked at. What a look asks for is left out of projects without any of the files.
 */
export function gitlabSurvey(
  client: SurveyClient,
  now: () => number,
): (question: SurveyQuestion, isFull: boolean) => Promise<Survey & { spared: number }> {
  const reads = accountReads(client)
  const known = new Map<number, Known>()
  /** Up to when the merge requests of a place were seen, by the server's clock. */
  const seenUntil = new Map<string, number>()
  /** Namespaces that are no group, or none that the account may ask. */
  const single = new Set<string>()
  let lastBegan: number | undefined

  function learn(projects: readonly OwnProject[], activeSince: number, isAll: boolean): void {
    const ids = new Set(projects.map(({ id }) => id))
    if (isAll) for (const id of known.keys()) if (!ids.has(id)) known.delete(id)
    for (const one of projects) {
      const before = known.get(one.id) ?? unknownProject()
      const due = one.activeAt >= activeSince ? 'all' : (before.due ?? 'head')
      known.set(one.id, { ...before, ...one, due })
    }
  }

  /** Merge requests that changed, by place: a call each where nothing did. */
  async function learnRequests(endedSince: number): Promise<void> {
    const groups = Map.groupBy(known.values(), ({ name }) => name.split('/')[0]!)
    for (const [groupId, projects] of groups) {
      if (!single.has(groupId)) {
        const changed = await changedIn({ groupId }, groupId, endedSince)
        if (changed) continue
        single.add(groupId)
      }
      for (const { name, due } of projects) if (due) await changedIn({ projectId: name }, name, endedSince)
    }
  }

  async function changedIn(
    place: Parameters<typeof reads.changedRequests>[0],
    name: string,
    endedSince: number,
  ): Promise<boolean> {
    const since = (seenUntil.get(name) ?? endedSince) - OVERLAP_MS
    const changed = await reads.changedRequests(place, since)
    if (!changed) return false
    for (const one of changed) learnRequest(one)
    const last = Math.max(endedSince, ...changed.map(({ pull }) => pull.changedAt))
    seenUntil.set(name, Math.max(seenUntil.get(name) ?? 0, last))
    return true
  }

  function learnRequest({ project, pull }: ChangedRequest): void {
    const one = known.get(project)
    const before = one?.pulls.get(pull.number)
    if (!one || before?.changedAt === pull.changedAt) return
    one.due = 'all'
    const { written = [], readAt, checks } = before ?? {}
    const isSame = before?.head === pull.head
    one.pulls.set(pull.number, {
      ...pull,
      written,
      ...(readAt && { readAt }),
      ...(isSame && checks && { checks }),
    })
  }

  /** Nothing tells of pipelines that run in a fork: they are asked for by their merge request, until one of its head has ended. */
  async function lookAtForks(project: Known): Promise<void> {
    for (const pull of waitingForks(project, now())) {
      const found = await reads.requestPipelines(project.name, pull.number)
      pull.runs = found
        .filter(one => one.project !== project.id && one.sha === pull.head && ENDED.has(one.status))
        .map(({ id, updatedAt: endedAt }) => ({ id, endedAt, isReported: false, isElsewhere: true }))
    }
  }

  async function look(project: Known, question: SurveyQuestion): Promise<void> {
    await lookAtProject(project, question)
    if (project.files.size > 0) await lookAtForks(project)
  }

  async function lookAtProject(project: Known, question: SurveyQuestion): Promise<void> {
    const { name, branch } = project
    if (project.due === undefined && project.running.size === 0) return
    const head = branch === undefined ? undefined : await reads.head(name, branch)
    if (project.due === 'head' && head?.commit === project.head?.commit) return
    if (!head) {
      project.head = undefined
      project.files = new Set()
    } else if (head.commit !== project.head?.commit) {
      const files = gitlabFiles(client, name)
      const root = (await files.folders(head.commit, [])).get('') ?? []
      project.files = new Set(question.files.filter(file => root.some(entry => entry.name === file)))
      project.head = { ...head, branch: branch! }
    }
    const { endedSince } = question
    if (project.files.size === 0) {
      project.branches = []
    } else {
      project.branches = await gitlabRefs(client, name, gitlabFiles(client, name)).list(question.prefix)
      const since = project.pipelinesUntil ?? endedSince
      for (const one of await reads.pipelines(name, since - OVERLAP_MS)) learnPipeline(project, one)
      const writtenSince = question.writtenSince(name)
      for (const pull of project.pulls.values()) {
        // A comment soon after something else does not move the time of its merge request.
        const isRead = pull.readAt !== undefined && pull.changedAt < pull.readAt - SKEW_MS
        if (isRead || pull.changedAt < writtenSince) continue
        pull.readAt = now()
        pull.written = await reads.written(name, pull.number, writtenSince)
      }
    }
    forgetOld(project, endedSince)
  }

  return async (question, isFull) => {
    const began = now()
    const all = isFull || lastBegan === undefined
    if (all) single.clear()
    const activeSince = (lastBegan ?? began) - ACTIVITY_NOTED_MS - SKEW_MS
    const spared: string[] = []
    const unseen: string[] = []
    try {
      learn(await reads.projects(all ? undefined : activeSince), activeSince, all)
      await learnRequests(question.endedSince)
      lastBegan = began
    } catch (error) {
      if (!isForgeError(error, 'FORGE_RATE_LIMITED')) throw error
      return { repositories: [], unseen: [], spared: 1 }
    }
    const due = [...known.values()].filter(
      one => one.due !== undefined || one.running.size > 0 || waitingForks(one, began).length > 0,
    )
    // What waits longest comes first: where the calls do not last, the next survey goes on with the rest.
    due.sort((a, b) => a.lookedAt - b.lookedAt)
    for (const project of due) {
      const left = client.callsLeft()
      if (spared.length > 0 || (left && left.left < left.limit * KEPT_SHARE)) spared.push(project.name)
      else if (unseen.length >= MOST_FAILURES) unseen.push(project.name)
      else
        try {
          await look(project, question)
          Object.assign(project, { due: undefined, lookedAt: now() })
        } catch (error) {
          if (isForgeError(error, 'FORGE_RATE_LIMITED')) spared.push(project.name)
          else if (isForgeError(error, 'FORGE_UNAUTHORIZED') || !isAssayError(error)) throw error
          else unseen.push(project.name)
        }
    }
    // What was not looked at would pass for what did not change.
    const without = new Set([...unseen, ...spared])
    const seen = [...known.values()].filter(({ name }) => !without.has(name))
    return { repositories: seen.map(seenIn), unseen, spared: spared.length > 0 ? 1 : 0 }
  }
}

// --- internal ---

/** Milliseconds. What is under way when a list is read stands in it later. */
const OVERLAP_MS = 180_000
/** The server notes that something went on in a project once an hour. */
const ACTIVITY_NOTED_MS = 3_600_000
/** Our clock need not be the server's. */
const SKEW_MS = 600_000
/** What is left for people and events. */
const KEPT_SHARE = 0.2
/** Projects of one survey that may fail before it is given up. */
const MOST_FAILURES = 16
