import type { Octokit } from '@octokit/rest'
import { githubClient } from '../../src/forges/github/client.ts'
import type { Safety } from '../../src/forges/http/safe-calls.ts'
import { REPOSITORY, TOKENS } from '../support/emulator.ts'
import { UNTIMED } from '../support/faults.ts'

const [owner, repo] = REPOSITORY.split('/') as [string, string]

/** A client that notes its pauses and makes none. */
export function clientAt(apiUrl: string, safety: Safety = {}) {
  const pauses: number[] = []
  const wait = async (milliseconds: number) => void pauses.push(milliseconds)
  const { rest } = githubClient({ token: TOKENS.workflow, apiUrl, safety: { ...UNTIMED, wait, ...safety } })
  return { rest, pauses }
}

export const list = (rest: Octokit['rest']) => rest.issues.listComments({ owner, repo, issue_number: 1 })
export const create = (rest: Octokit['rest'], issue_number: number) =>
  rest.issues.createComment({ owner, repo, issue_number, body: 'hello' })
export const readme = (rest: Octokit['rest']) => rest.repos.getContent({ owner, repo, path: 'README.md' })
