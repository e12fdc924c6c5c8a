import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bad, baseFiles, slightlyBetter } from '../commands/scene.ts'
import { createRepository, type TestRepository, testFolder } from '../support/git-repository.ts'
import { readJunit } from '../support/junit.ts'
import { includeTemplates, MISSING, mergeRequest, PROJECT, runPipeline } from './pipeline.ts'

/** The templates of the component project, run as a merge request and as a push, without a forge: what is there for everybody. */

const { folder, remove } = testFolder()
afterAll(remove)
let count = 0

/** A model repository with one merge request on top, checked out as the runner does it. */
function scene(
  inputs: Record<string, unknown> = {},
  changes: Record<string, string> = { 'candidate.csv': bad },
  template = 'run',
) {
  const repository: TestRepository = createRepository(join(folder, `project-${++count}`))
  repository.git('remote', 'add', 'origin', `https://gitlab.example/${PROJECT}.git`)
  const base = repository.commit('base', {
    ...baseFiles(),
    ...includeTemplates({ [template]: inputs }),
    '.gitignore': 'assay-result/\n/predictions.csv\n.gitlab-ci-local/\n',
  })
  const head = repository.commit('change', changes)
  return { repository, base, head, variables: mergeRequest({ iid: 7, base, head }) }
}

describe.skipIf(MISSING)(`the component${MISSING}`, () => {
  it('judges a merge request: the job fails with the gate, the artifacts say why', async () => {
    const { repository, variables } = scene()

    const { exitCode, log, artifact } = await runPipeline(repository, variables)

    expect(exitCode).toBe(1)
    expect(log).toContain('churn: fail')
    expect(readJunit(artifact('assay', 'assay-result/junit.xml')).map(one => one.ending)).toEqual(['failure'])
    expect(JSON.parse(artifact('assay', 'assay-result/gl-code-quality.json'))).toHaveLength(1)
    expect(artifact('assay', 'assay-result/metrics.txt')).toContain('accuracy{model="churn"}')
    expect(JSON.parse(artifact('assay', 'assay-result/churn/result.json')).run.order).toMatch(/^5001\.\d+$/)
  })

  it('evaluates what an earlier job has trained, and passes where the gate does', async () => {
    const { repository, variables } = scene({}, { 'candidate.csv': slightlyBetter }, 'evaluate')

    const { exitCode, log, artifact } = await runPipeline(repository, variables)

    const { usage } = JSON.parse(artifact('assay-evaluate', 'assay-result/churn/result.json')).candidate
    expect(exitCode).toBe(0)
    expect(log).not.toContain('Train churn')
    expect(usage.trainSeconds).toBeUndefined()
    const cases = readJunit(artifact('assay-evaluate', 'assay-result/junit.xml'))
    expect(cases.map(one => one.ending)).toEqual(['passed'])
  })

  it('runs on the default branch and on no other push', async () => {
    const { repository } = scene({}, { 'candidate.csv': slightlyBetter })

    const main = await runPipeline(repository)
    const other = await runPipeline(repository, { CI_COMMIT_BRANCH: 'feature' })

    expect(main.exitCode).toBe(0)
    expect(main.hasArtifact('assay', 'assay-result/junit.xml')).toBe(true)
    expect(other.log).not.toContain('assay starting')
  })

  it('passes its inputs on as they are: names, other folders, a baseline that is a command with quotes', async () => {
    const { repository, variables } = scene({
      'job-name': 'weigh: churn',
      'job-tags': ['gpu', 'a100'],
      output: 'out/weighed',
      model: 'churn',
      baseline:
        'cp champion/predictions.csv "$ASSAY_WORKSPACE/../x y" 2>/dev/null; cp champion/predictions.csv predictions.csv # $(touch pwned) `touch pwned`',
      comment: 'false',
      'dry-run': true,
    })

    const { artifact, log } = await runPipeline(repository, variables)

    const { champion } = JSON.parse(artifact('weigh: churn', 'out/weighed/churn/result.json'))
    expect(champion.source).toContain('# $(touch pwned) `touch pwned`')
    expect(log).toContain('Dry run: nothing was posted')
    expect(repository.git('status', '--porcelain', '--ignored')).not.toContain('pwned')
  })

  it.each([
    ['output', 'a;id'],
    ['baseline', "x' , expand: true }"],
    ['comment', 'maybe'],
    ['dry-run', 'id'],
  ])('refuses the input %s: %j before any job is made', async (name, value) => {
    const { repository, variables } = scene({ [name]: value })

    const { exitCode, log } = await runPipeline(repository, variables)

    expect(exitCode).toBe(1)
    expect(log).toContain(`\`${name}\` input`)
    expect(log).not.toContain('starting shell')
  })

  it('fetches Assay from the repository and at the version that are named, ends as it does, and leaves nothing of it', async () => {
    const tool = createRepository(join(folder, 'tool'))
    const commit = tool.commit('release', {
      'dist/cli.js':
        'require("node:fs").writeFileSync("assay-arguments", [__dirname, ...process.argv.slice(2)].join("\\n"))\nprocess.exit(3)\n',
    })
    tool.commit('later', { 'dist/cli.js': 'process.exit(70)\n' })
    const { repository, variables } = scene({
      'assay-command': '',
      'assay-repository': tool.url,
      'assay-version': commit,
      model: 'churn',
    })

    const { exitCode, log } = await runPipeline(repository, variables)

    expect(log).not.toContain('fatal:  ')
    expect(exitCode).toBe(1)
    expect(log).toMatch(/FAIL\s+3\b/)
    const built = join(repository.folder, '.gitlab-ci-local/builds/assay/assay-arguments')
    const [place, ...given] = readFileSync(built, 'utf8').split('\n')
    expect(existsSync(dirname(place!))).toBe(false)
    expect(given).toEqual([
      'run', '--config', 'assay.yml', '--model', 'churn', '--output', 'assay-result', '--comment', 'true',
    ]) // biome-ignore format: one line
  })
})
