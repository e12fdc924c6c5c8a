import { describe, expect, it } from 'vitest'
import { connect } from '../../cli/connect.ts'
import { githubActions } from '../../src/ci/github-actions.ts'
import { gitlab as readFacts } from '../../src/ci/gitlab.ts'
import { jenkins } from '../../src/ci/jenkins.ts'
import { openCheck, publishReport } from '../../src/forges/ensure/publish.ts'
import { opening, output, resultOf } from '../forges/report-run.ts'
import { PROJECT, TOKEN, useGitlab } from '../support/gitlab.ts'

const gitlab = useGitlab()

/** What GitLab CI sets in the job of a merge request. */
const job = (number: number, changes: Record<string, string> = {}) => ({
  CI_PROJECT_PATH: PROJECT,
  CI_API_V4_URL: gitlab.url,
  CI_MERGE_REQUEST_IID: String(number),
  CI_MERGE_REQUEST_PROJECT_PATH: PROJECT,
  CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: PROJECT,
  CI_JOB_TOKEN: TOKEN.job,
  ...changes,
})

async function report(env: Record<string, string>, commit: string, number: number) {
  const { forge, forgeMissing } = await connect(env, readFacts(env))
  const check = await openCheck(forge, opening(commit), forgeMissing)
  return publishReport(forge, { result: resultOf(number), body: '**Pass**', check, output, forgeMissing })
}

describe('a job of GitLab CI', () => {
  it.each(['ASSAY_TOKEN', 'GITLAB_TOKEN'])('writes its note and its status with %s', async name => {
    const { number, headSha } = await gitlab.mergeRequest()

    const published = await report(job(number, { [name]: TOKEN.bot }), headSha, number)

    expect(published).toMatchObject({
      comment: { action: 'created', url: expect.stringContaining(`/merge_requests/${number}#note_`) },
      check: { kind: 'status' },
      notes: [],
    })
    expect(gitlab.notes(number)).toHaveLength(1)
  })

  it('with nothing but its own token says that it cannot, and where the verdict is', async () => {
    const { number, headSha } = await gitlab.mergeRequest()

    const published = await report(job(number, { ASSAY_TOKEN: '' }), headSha, number)

    expect(published.notes).toEqual([
      expect.stringMatching(/^No comment: .*CI_JOB_TOKEN only reads.*in the log of the job.*set ASSAY_TOKEN/),
      expect.stringMatching(/^No check: .*CI_JOB_TOKEN only reads/),
    ])
    expect(gitlab.requests.filter(({ method }) => method !== 'GET')).toEqual([])
  })

  it('GL-002: of a fork gets no token, also in the parent project, and says what gets a note', async () => {
    const { number, headSha } = await gitlab.mergeRequest()
    const env = job(number, {
      ASSAY_TOKEN: TOKEN.bot,
      CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: 'outsider/model',
    })

    const published = await report(env, headSha, number)

    expect(published.notes).toEqual([
      expect.stringMatching(/^No comment: .*from a fork.*pushes the branch to the project itself/),
      expect.stringMatching(/^No check: .*from a fork/),
    ])
    expect(gitlab.requests).toEqual([])
  })

  it('without any token says so', async () => {
    const env = job(1, { CI_JOB_TOKEN: '' })

    expect(await connect(env, readFacts(env))).toEqual({
      forgeMissing: expect.stringContaining('set ASSAY_TOKEN (or GITLAB_TOKEN)'),
    })
  })
})

describe('a run for a fork', () => {
  const change = (page: string) => jenkins({ CHANGE_ID: '7', CHANGE_FORK: 'outsider', CHANGE_URL: page })

  it.each([
    [
      'https://github.com/octo/model/pull/7',
      'this pull request comes from a fork, whose code runs in this job: Assay uses no token here. The verdict is in the log of the job and the output folder; for a comment and a check, somebody who has read the code pushes the branch to the repository itself, where its own pipeline runs',
    ],
    [
      'https://gitlab.com/team/model/-/merge_requests/7',
      'this merge request comes from a fork, whose code runs in this job: Assay uses no token here. The verdict is in the log of the job and the output folder; for a note and a status, somebody who has read the code pushes the branch to the project itself, where its own pipeline runs',
    ],
  ])('on Jenkins gets no token, in the words of its forge: %s', async (page, forgeMissing) => {
    expect(await connect({ ASSAY_TOKEN: 'x' }, change(page))).toEqual({ forgeMissing })
  })

  it('on GitHub Actions has the token that GitHub gives it, which only reads', async () => {
    const ci = githubActions(
      { GITHUB_EVENT_NAME: 'pull_request', GITHUB_REPOSITORY: 'octo/model' },
      { pull_request: { number: 7, head: { sha: 'a'.repeat(40), repo: { full_name: 'outsider/model' } } } },
    )

    expect(await connect({ GITHUB_TOKEN: 'x' }, ci)).toEqual({
      forge: expect.objectContaining({ name: 'github' }),
    })
  })
})

describe('the forge of a run', () => {
  it("is not guessed: a token for a host of one's own goes nowhere else", async () => {
    const ci = { name: 'Jenkins', repository: 'octo/model', serverUrl: 'https://git.example' }

    const connected = await connect({ ASSAY_TOKEN: 'x' }, ci)

    expect(connected.forge).toBeUndefined()
    expect(connected.forgeMissing).toBe(
      'Jenkins does not say which forge https://git.example is: set ASSAY_FORGE to github or gitlab',
    )
  })
})
