import { describe, expect, it } from 'vitest'
import { type MakersAnswer, makersIn } from '../../../src/forges/gitlab/people/makers.ts'

const gid = (id: number | string) => ({ id: `gid://gitlab/User/${id}` })
type Request = NonNullable<NonNullable<MakersAnswer['project']>['mergeRequest']>
type Commit = NonNullable<NonNullable<NonNullable<Request['commits']>['nodes']>[number]>

const commit = (change: Partial<Commit> = {}): Commit => ({
  authorEmail: 'ada@x',
  committerEmail: 'ada@x',
  author: gid(2),
  signature: null,
  ...change,
})
const list = <T>(nodes: T[], hasNextPage = false) => ({ pageInfo: { hasNextPage }, nodes })
const answer = (
  commits: Commit[],
  committers: { id: string }[],
  change: Partial<Request> = {},
): MakersAnswer => ({
  project: {
    mergeRequest: {
      author: gid(1),
      commitCount: commits.length,
      commits: list(commits),
      committers: list(committers),
      ...change,
    },
  },
})
const UNKNOWN = { why: 'this merge request has commits of which nobody can tell whose they are' }
const MORE = { why: 'this merge request has more commits than are looked at' }

describe('who has a hand in a merge request', () => {
  it.each<[string, MakersAnswer, number[]]>([
    ['who opened it and who wrote it', answer([commit()], [gid(2)]), [1, 2]],
    ['an address in other letters', answer([commit({ committerEmail: 'Ada@X' })], [gid(2)]), [1, 2]],
    ['another committer', answer([commit({ committerEmail: 'eve@x' })], [gid(3)]), [1, 2, 3]],
    [
      'somebody for whom GitLab made a commit',
      answer(
        [commit({ committerEmail: 'noreply@gitlab', signature: { verificationStatus: 'VERIFIED_SYSTEM' } })],
        [],
      ),
      [1, 2],
    ],
    ['nobody but who opened it', answer([], []), [1]],
  ])('is %s', (_, given, ids) => {
    expect(makersIn(given)).toEqual(ids)
  })

  it.each<[string, MakersAnswer, object]>([
    ['an author has no account', answer([commit({ author: null })], [gid(2)]), UNKNOWN],
    ['a commit has no address', answer([commit({ authorEmail: null })], [gid(2)]), UNKNOWN],
    ['a committer has no account', answer([commit({ committerEmail: 'eve@x' })], [gid(2)]), UNKNOWN],
    [
      'one of two committers has none',
      answer([commit({ committerEmail: 'eve@x' }), commit({ committerEmail: 'wim@x' })], [gid(3)]),
      UNKNOWN,
    ],
    [
      'GitLab’s own signature is none of it',
      answer([commit({ committerEmail: 'eve@x', signature: { verificationStatus: 'UNVERIFIED' } })], []),
      UNKNOWN,
    ],
    ['an account is no number', answer([commit({ author: gid('7; drop') })], []), UNKNOWN],
    ['there are more', answer([commit()], [gid(2)], { commits: list([commit()], true) }), MORE],
    ['there are more committers', answer([commit()], [], { committers: list([gid(2)], true) }), MORE],
    ['not all are listed', answer([commit()], [gid(2)], { commitCount: 2 }), MORE],
    [
      'nobody opened it',
      answer([commit()], [gid(2)], { author: null }),
      { why: expect.stringMatching(/does not tell/) },
    ],
    ['it is not there', { project: null }, { why: expect.stringMatching(/does not tell/) }],
  ])('is not known where %s', (_, given, why) => {
    expect(makersIn(given)).toEqual(why)
  })
})
