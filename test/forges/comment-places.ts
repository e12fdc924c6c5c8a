import type { Forge } from '../../src/forges/forge.ts'
import { githubClient } from '../../src/forges/github/client.ts'
import { githubForge } from '../../src/forges/github/forge.ts'
import { gitlabClient } from '../../src/forges/gitlab/client.ts'
import { gitlabForge } from '../../src/forges/gitlab/forge.ts'
import { BOT, type GithubEmulator, REPOSITORY, TOKENS } from '../support/emulator.ts'
import type { FaultRule } from '../support/faults.ts'
import { UNTIMED } from '../support/faults.ts'
import { GITLAB_BOT, type GitlabServer, PROJECT, TOKEN } from '../support/gitlab.ts'

type Account = 'bot' | 'readOnly' | 'person' | 'maintainer' | 'outsider'

/** A forge with comments that runs here, and a way to look at it and to write on it that is not ours. */
export interface CommentPlace {
  /** The account of `bot`, and of `person`. */
  bot: string
  person: string
  /** Where comments are listed and created, and where one is. */
  comments: RegExp
  one: RegExp
  /** What a token that may not write is told, in GitHub's or GitLab's words and ours. */
  refusal: RegExp
  /** Most characters of a comment. */
  most: number
  connect(account: Account): Forge
  pullRequest(): Promise<{ number: number }>
  write(pullRequest: number, body: string, account?: Account): Promise<unknown>
  edit(pullRequest: number, id: number, body: string): Promise<unknown>
  remove(pullRequest: number, id: number): Promise<unknown>
  read(pullRequest: number): Promise<{ id: number; body: string; author: string }[]>
  requests(): { method: string }[]
  fail(rule: FaultRule): void
  forget(): void
}

/** Every forge with comments, by its name. */
export function commentPlaces(github: GithubEmulator, gitlab: GitlabServer): [string, CommentPlace][] {
  return [
    ['GitHub', githubComments(github)],
    ['GitLab', gitlabComments(gitlab)],
  ]
}

// --- internal ---

function githubComments(github: GithubEmulator): CommentPlace {
  const tokens = { ...TOKENS, bot: TOKENS.workflow }
  return {
    bot: BOT,
    person: 'octo',
    comments: /comments$/,
    one: /comments\/\d+$/,
    refusal: /Resource not accessible.*`workflow_run`/,
    most: 60_000,
    connect: account =>
      githubForge(githubClient({ token: tokens[account], apiUrl: github.url, safety: UNTIMED }), REPOSITORY),
    pullRequest: () => github.pullRequest(),
    write: (number, body, account = 'maintainer') => github.comment(number, body, tokens[account]),
    edit: (_, id, body) => github.editComment(id, body),
    remove: (_, id) => github.deleteComment(id),
    read: async number =>
      (await github.comments(number)).map(({ id, body, user }) => ({ id, body, author: user.login })),
    requests: () => github.requests,
    fail: rule => github.fail(rule),
    forget: () => github.forget(),
  }
}

function gitlabComments(gitlab: GitlabServer): CommentPlace {
  const tokens = { ...TOKEN, person: TOKEN.maintainer }
  const users = {
    bot: GITLAB_BOT,
    readOnly: GITLAB_BOT,
    person: 'maintainer',
    maintainer: 'maintainer',
    outsider: 'outsider',
  }
  const found = (number: number, id: number) => gitlab.notes(number).findIndex(note => note.id === id)
  return {
    bot: GITLAB_BOT,
    person: 'maintainer',
    comments: /notes$/,
    one: /notes\/\d+$/,
    refusal: /insufficient_scope.*the scope `api`/,
    most: 999_000,
    connect: account =>
      gitlabForge(gitlabClient({ token: tokens[account], apiUrl: gitlab.url, safety: UNTIMED }), PROJECT),
    pullRequest: () => gitlab.mergeRequest(),
    write: async (number, body, account = 'maintainer') => gitlab.note(number, body, users[account]),
    edit: async (number, id, body) => Object.assign(gitlab.notes(number)[found(number, id)]!, { body }),
    remove: async (number, id) => gitlab.notes(number).splice(found(number, id), 1),
    read: async number => gitlab.notes(number).map(({ id, body, author }) => ({ id, body, author })),
    requests: () => gitlab.requests,
    fail: rule => gitlab.fail(rule),
    forget: () => gitlab.forget(),
  }
}
