import { describe, expect, it } from 'vitest'
import { starterDeploy } from '../../../src/ci/starter-deploy.ts'
import { deployPipelineFindings } from '../../../src/ci/workflows/gitlab-deploy.ts'

const TEMPLATE =
  'include:\n  - remote: https://forge.example/assay/v0/gitlab-component/templates/promote.yml\n'
const JOB = 'move:\n  script: [assay promote]\n  resource_group: move\n'
const MERGE_REQUESTS = '    - if: $CI_MERGE_REQUEST_IID\n'
const rules = (...all: string[]) =>
  `workflow:\n  rules:\n${MERGE_REQUESTS}${all.map(rule => `    - ${rule}\n`).join('')}`
const said = (text: string) => deployPipelineFindings('.gitlab-ci.yml', text).map(finding => finding.text)

describe('the pipeline of a deploy project', () => {
  it.each([
    ['pushes alone', rules('if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH')],
    ['all but schedules', rules('if: $CI_PIPELINE_SOURCE != "schedule"')],
    [
      'a schedule never, before all others',
      rules('{ if: $CI_PIPELINE_SOURCE == "schedule", when: never }', 'if: $CI_COMMIT_BRANCH'),
    ],
    ['one of two others', rules("if: $CI_PIPELINE_SOURCE == 'web' || ($CI_PIPELINE_SOURCE == 'push')")],
  ])('is told that no schedule starts it where its rules take %s', (_, workflow) => {
    const [text, ...more] = said(`${TEMPLATE}${workflow}`)

    expect(text).toMatch(/^\.gitlab-ci\.yml:3: `workflow: rules` take no pipeline of a schedule/)
    expect(more).toEqual([])
    expect(said(`${JOB}${workflow}`)).toHaveLength(1)
  })

  it('is told so of the rules of a job of its own, and that two of its runs may be at work at once', () => {
    const job = 'move:\n  script: [[apk add git], assay promote --json]\n  rules: [{ if: $CI_COMMIT_TAG }]\n'

    expect(said(job)).toEqual([
      expect.stringMatching(/^\.gitlab-ci\.yml:1: the rules of `move` take no pipeline of a schedule/),
      expect.stringMatching(
        /^\.gitlab-ci\.yml:1: two runs of `move` may be at work .*`resource_group: assay-promote`/,
      ),
    ])
  })

  const templates = (...names: string[]) =>
    `include:\n${names.map(name => `  - remote: https://forge.example/gitlab-component/templates/${name}\n`).join('')}`

  it('is told that a verify.yml which is alone on the default branch never runs', () => {
    const alone = templates('check.yml', 'verify.yml')

    expect(said(alone)).toEqual([
      expect.stringMatching(
        /^\.gitlab-ci\.yml:1: the job of verify\.yml is alone .*`inputs: \{ job-stage: test \}`/,
      ),
    ])
    expect(said(`${alone}    inputs: { job-stage: .post }\n`)).toHaveLength(1)
    expect(said(`${alone}    inputs: { job-stage: test }\n`)).toEqual([])
    expect(said(`${alone}lint: { script: [make lint] }\n`)).toEqual([])
    expect(said(templates('verify.yml', 'promote.yml'))).toEqual([])
    expect(said(`${alone}  - local: /more.yml\n`)).toEqual([])
  })

  it.each([
    ['it is the one of the example', starterDeploy('gitlab').text],
    ['its rules name the schedule', `${TEMPLATE}${rules('if: $CI_PIPELINE_SOURCE == "schedule"')}`],
    ['its rules are of the branch', `${JOB}${rules('if: $CI_COMMIT_BRANCH == "main"')}`],
    [
      'one part of a rule is of the branch',
      `${JOB}${rules('if: $CI_PIPELINE_SOURCE == "push" || $CI_COMMIT_BRANCH')}`,
    ],
    [
      'what it never takes is of some files alone',
      `${TEMPLATE}${rules('{ changes: [docs/*], when: never }', 'if: $CI_COMMIT_BRANCH')}`,
    ],
    ['its rules take all', `${TEMPLATE}${rules('when: always')}`],
    ['it has none', JOB],
    ['what its job extends may say it', 'move: { extends: .job, script: [assay promote] }\n'],
    ['nothing of it moves promotions', `lint: { script: [make lint] }\n${rules()}`],
    ['it cannot be read', `${TEMPLATE}move: [\n`],
  ])('is told nothing where %s', (_, text) => {
    expect(said(text)).toEqual([])
  })
})
