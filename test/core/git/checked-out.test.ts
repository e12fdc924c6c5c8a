import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { otherCheckout } from '../../../src/core/git/checked-out.ts'

const [head, base, merge, other] = ['1', '2', '3', '4'].map(digit => digit.repeat(40)) as [
  string,
  string,
  string,
  string,
]
const inPullRequest = { headSha: head, inPullRequest: true }
const onBranch = { headSha: head, inPullRequest: false }

describe('what is checked out', () => {
  it.each([
    ['the head itself', inPullRequest, { head, parents: [base] }],
    ['a merge of base and head', inPullRequest, { head: merge, parents: [base, head] }],
    [
      'a merge of head and target, as Jenkins makes it',
      inPullRequest,
      { head: merge, parents: [head, base] },
    ],
    [
      'the merge of a train, of squashed commits',
      { ...inPullRequest, mergeSha: merge },
      { head: merge, parents: [base, other] },
    ],
    ['the commit that was pushed', onBranch, { head, parents: [] }],
    ['anything, on a laptop', { inPullRequest: false }, { head: other, parents: [] }],
  ])('stands for the commit of the event: %s', (_, event, checkedOut) => {
    expect(otherCheckout(event, checkedOut)).toBeUndefined()
  })

  it.each([
    [
      'the base',
      inPullRequest,
      { head: base, parents: [] },
      '2222222 is checked out, and the event is about 1111111',
    ],
    [
      'a merge of others',
      inPullRequest,
      { head: merge, parents: [base, other] },
      '3333333, a merge of 2222222 and 4444444, is checked out',
    ],
    [
      'a commit on top of the head',
      inPullRequest,
      { head: other, parents: [head] },
      '4444444 is checked out',
    ],
    ['a merge of three', inPullRequest, { head: merge, parents: [base, head, other] }, 'a merge of'],
    ['a later merge on the branch', onBranch, { head: merge, parents: [head, other] }, 'is checked out'],
    ['nothing', onBranch, { parents: [] }, 'nothing is checked out by git'],
    [
      'the pull request of a comment',
      { inPullRequest: true },
      { head, parents: [] },
      'does not say which commit',
    ],
    [
      'what the CI says is another',
      { ...inPullRequest, otherSha: other },
      { head, parents: [base] },
      'about 4444444',
    ],
  ])('does not: %s', (_, event, checkedOut, said) => {
    expect(otherCheckout(event, checkedOut)).toContain(said)
  })

  it('stands for no commit but the head, a merge of two with it, or the merge of the CI', () => {
    const commit = fc.constantFrom(head, base, merge, other)
    fc.assert(
      fc.property(
        commit,
        fc.array(commit, { maxLength: 3 }),
        fc.boolean(),
        fc.option(commit, { nil: undefined }),
        (at, parents, inPullRequest, mergeSha) => {
          const taken =
            otherCheckout({ headSha: head, inPullRequest, mergeSha }, { head: at, parents }) === undefined
          const merged = inPullRequest && parents.length === 2 && parents.includes(head)
          expect(taken).toBe(at === head || at === mergeSha || merged)
        },
      ),
    )
  })
})
