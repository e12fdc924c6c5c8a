import { type GithubEmulator, REPOSITORY, TOKENS } from '../support/emulator.ts'
import type { FaultRule } from '../support/faults.ts'
import { type GitlabServer, TOKEN } from '../support/gitlab.ts'
import { type DeployPlace, type Files, githubPlace, gitlabPlace } from './deploy-places.ts'

type Match = Pick<FaultRule, 'method' | 'path' | 'body'>

/** A forge with pull requests that runs here, and what people do there to the pull request of a promotion. */
export interface PromotionForge {
  place(files?: Files): Promise<DeployPlace>
  requests(): unknown[]
  fail(rule: FaultRule): void
  forget(): void
  close(place: DeployPlace, number: number): Promise<unknown>
  reopen(place: DeployPlace, number: number): Promise<unknown>
  write(place: DeployPlace, number: number, text: { title: string; body: string }): Promise<unknown>
  /** Exactly these are asked from now on, instead of `before`. */
  askFor(place: DeployPlace, number: number, reviewers: string[], before: string[]): Promise<unknown>
  setStatus(place: DeployPlace, commit: string, state: string): void
  /** Opens a pull request from a branch of a fork. Says whether that went. */
  openFromFork(place: DeployPlace, branch: string, commit: string): Promise<boolean>
  /** How the requests are told apart. */
  creation: Match
  labels: Match
  reviewers: Match
  merge: Match
  isCommit(write: string): boolean
  /** Most calls of a promotion, of one that is there already, and how many more where a folder above has 500 entries. */
  calls: { first: number; again: number; wide: number }
  /** The forge's status for a merge that must wait. */
  waits: string
}

export function githubPromotions(github: GithubEmulator): PromotionForge {
  const api = (method: string, path: string, body: unknown, token: string = TOKENS.person) =>
    fetch(`${github.url}/repos/${REPOSITORY}${path}`, {
      method,
      headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  return {
    place: files => githubPlace(github, files),
    requests: () => github.requests,
    fail: rule => github.fail(rule),
    forget() {
      github.forget()
      github.statuses.length = 0
    },
    close: (_, number) => api('PATCH', `/pulls/${number}`, { state: 'closed' }),
    reopen: (_, number) => api('PATCH', `/pulls/${number}`, { state: 'open' }),
    write: (_, number, text) => api('PATCH', `/pulls/${number}`, text),
    async askFor(_, number, reviewers, before) {
      await api('POST', `/pulls/${number}/requested_reviewers`, { reviewers })
      await api('DELETE', `/pulls/${number}/requested_reviewers`, { reviewers: before })
    },
    setStatus: (_, sha, state) => void github.statuses.push({ sha, state, context: 'ci', description: '' }),
    async openFromFork(place, branch, commit) {
      const headers = { authorization: `token ${TOKENS.outsider}`, 'content-type': 'application/json' }
      const upstream = (path: string, body: unknown) =>
        fetch(`${github.upstream}/repos/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
      await upstream(`${REPOSITORY}/forks`, {})
      await upstream('outsider/model/git/refs', { ref: `refs/heads/${branch}`, sha: commit })
      const forged = { title: 'Mine', body: 'Release 3 in x', head: `outsider:${branch}`, base: place.base }
      return (await upstream(`${REPOSITORY}/pulls`, forged)).status === 201
    },
    creation: { method: 'POST', path: /\/pulls$/ },
    labels: { path: /\/labels$/ },
    reviewers: { path: /\/requested_reviewers$/ },
    merge: { method: 'PUT', path: /\/merge$/ },
    isCommit: write => write.includes('/git/'),
    calls: { first: 10, again: 3, wide: 0 },
    waits: '405',
  }
}

export function gitlabPromotions(gitlab: GitlabServer): PromotionForge {
  const at = (place: DeployPlace) => gitlab.double.state().projects[place.project!]!
  const found = (place: DeployPlace, number: number) =>
    at(place).mergeRequests.find(({ iid }) => iid === number)!
  const edit = (place: DeployPlace, number: number, body: unknown) =>
    gitlab.double.send({
      method: 'PUT',
      target: `/api/v4/projects/${encodeURIComponent(place.project!)}/merge_requests/${number}`,
      headers: { 'private-token': TOKEN.maintainer, 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
    })
  return {
    place: files => gitlabPlace(gitlab, files),
    requests: () => gitlab.requests,
    fail: rule => gitlab.fail(rule),
    forget() {
      gitlab.forget()
      for (const project of Object.values(gitlab.double.state().projects)) project.statuses.length = 0
    },
    close: (place, number) => edit(place, number, { state_event: 'close' }),
    reopen: (place, number) => edit(place, number, { state_event: 'reopen' }),
    write: (place, number, { title, body }) => edit(place, number, { title, description: body }),
    askFor: async (place, number, reviewers) => Object.assign(found(place, number), { reviewers }),
    setStatus(place, sha, state) {
      at(place).statuses.push({ id: 0, sha, state, name: 'ci', description: null, url: null })
    },
    async openFromFork(place, branch, commit) {
      const { mergeRequests } = at(place)
      const iid = mergeRequests.length + 1
      const forged = { title: 'Mine', description: 'Release 3 in x', source: branch, target: place.base }
      const rest = { state: 'opened' as const, labels: [], reviewers: [], auto: false, notes: [] }
      mergeRequests.push({ id: 99_999, iid, sourceProject: 99_999, sha: commit, ...forged, ...rest })
      return true
    },
    creation: { method: 'POST', path: /\/merge_requests$/ },
    labels: { method: 'PUT', body: /add_labels/ },
    reviewers: { method: 'PUT', body: /reviewer_ids/ },
    merge: { method: 'PUT', path: /\/merge$/ },
    isCommit: write => /\/repository\/commits|git-receive-pack/.test(write),
    // By REST, one call a branch, a folder, a file and a status; and one for every 100 entries of a folder.
    calls: { first: 20, again: 13, wide: 5 },
    waits: '405',
  }
}
