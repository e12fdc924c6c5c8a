import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bad, baseFiles, CONFIG, slightlyBetter } from '../commands/scene.ts'
import { cloneRepository, testFolder } from '../support/git-repository.ts'
import { GITLAB_BOT, PROJECT, TOKEN, useGitlab } from '../support/gitlab.ts'
import { includeTemplates, MISSING, mergeRequest, type Pipeline, runPipeline } from './pipeline.ts'

/** A merge request from push to note: the component's job, run by gitlab-ci-local, against a GitLab that keeps real git. */

const gitlab = useGitlab()
const { folder, remove } = testFolder()
afterAll(remove)
let count = 0

/** A model on the default branch, and a merge request that changes it. */
async function scene(changes: Record<string, string>, config = CONFIG) {
  const name = `change-of-test-${++count}`
  const repository = cloneRepository(`file://${gitlab.folder}/model.git`, join(folder, name))
  const base = repository.commit('model', {
    ...baseFiles({ 'assay.yml': config }),
    ...includeTemplates({ run: {} }),
    '.gitignore': 'assay-result/\n/predictions.csv\n.gitlab-ci-local/\n',
  })
  repository.git('push', '--quiet', '--force', 'origin', 'HEAD:main')
  repository.git('checkout', '--quiet', '-b', name)
  const head = repository.commit('change', changes)
  repository.git('push', '--quiet', 'origin', name)
  const iid = await gitlab.open(name)
  const run = (variables: Record<string, string> = {}): Promise<Pipeline> =>
    runPipeline(repository, {
      ...mergeRequest({ iid, base, head }),
      CI_PROJECT_PATH: PROJECT,
      CI_MERGE_REQUEST_PROJECT_PATH: PROJECT,
      CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: PROJECT,
      CI_API_V4_URL: gitlab.url,
      CI_JOB_TOKEN: TOKEN.job,
      ...variables,
    })
  const notes = () => gitlab.notes(iid).filter(note => !note.system)
  const statuses = () =>
    gitlab.double
      .state()
      .projects[PROJECT]!.statuses.filter(status => status.sha === head)
      .map(({ name, state }) => `${name}: ${state}`)
  return { head, run, notes, statuses }
}

describe.skipIf(MISSING)(`a merge request${MISSING}`, () => {
  it('gets one note and one status; the next pipeline updates both', async () => {
    const { run, notes, statuses } = await scene({ 'candidate.csv': bad })

    const first = await run({ ASSAY_TOKEN: TOKEN.bot })
    const [note] = notes()
    const second = await run({ ASSAY_TOKEN: TOKEN.bot, CI_PIPELINE_ID: '5002' })

    expect([first.exitCode, second.exitCode]).toEqual([1, 1])
    expect(first.log).toMatch(
      /Comment created: http:\/\/127\.0\.0\.1:\d+\/team\/model\/-\/merge_requests\/\d+#note_\d+/,
    )
    expect(note).toMatchObject({ author: GITLAB_BOT, body: expect.stringContaining('churn: fail') })
    expect(notes()).toHaveLength(1)
    expect(notes()[0]!.id).toBe(note!.id)
    expect(statuses().at(-1)).toBe('assay / churn: failed')
    expect(first.log + second.log).not.toContain(TOKEN.bot)
  })

  it('has a note that starts no quick action, whatever the team wrote', async () => {
    const { run, notes } = await scene(
      {
        'candidate.csv': slightlyBetter,
        'notes.md': 'What we tried\n\n/merge\n\n/approve\n- /close\n\n```\n/label ~x\n```\n> /assign @me\n',
      },
      `${CONFIG}notes: notes.md\n`,
    )

    const { exitCode } = await run({ ASSAY_TOKEN: TOKEN.bot })

    expect(exitCode).toBe(0)
    expect(notes()).toHaveLength(1)
    expect(notes()[0]!.body).toContain('What we tried')
    expect(notes()[0]!.body).not.toMatch(/^\s*\/[a-z]/m)
    expect(gitlab.double.state().executed).toEqual([])
  })

  it('with only its own token says why there is no note and where the verdict is; all of it is in the artifacts', async () => {
    const { run, notes, statuses } = await scene({ 'candidate.csv': bad })

    const { exitCode, log, hasArtifact } = await run()

    expect(exitCode).toBe(1)
    expect(log).toContain('churn: fail')
    expect(log).toMatch(/No comment: .*CI_JOB_TOKEN.*the verdict is in the log/i)
    expect(notes()).toEqual([])
    expect(statuses()).toEqual([])
    expect(gitlab.requests.filter(({ method }) => method !== 'GET')).toEqual([])
    for (const file of ['junit.xml', 'gl-code-quality.json', 'metrics.txt', 'churn/report.html'])
      expect(hasArtifact('assay', `assay-result/${file}`), file).toBe(true)
  })

  it('GL-002: from a fork ends with the verdict in its own artifacts, uses no token and says why', async () => {
    const { run, notes } = await scene({ 'candidate.csv': bad })

    const inFork = {
      CI_PROJECT_PATH: 'outsider/model',
      CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: 'outsider/model',
    }
    const { exitCode, log, artifact } = await run({ ...inFork, ASSAY_TOKEN: TOKEN.outsider })

    expect(exitCode).toBe(1)
    expect(log).toMatch(/No comment: this merge request comes from a fork/)
    expect(artifact('assay', 'assay-result/junit.xml')).toContain('<failure')
    expect(notes()).toEqual([])
    expect(gitlab.requests).toEqual([])
  })
})
