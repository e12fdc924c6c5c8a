import { describe, expect, it } from 'vitest'
import { starterCi } from '../../../src/ci/starter.ts'
import { gitlabFindings } from '../../../src/ci/workflows/gitlab-pipeline.ts'

const OURS = 'include:\n  - remote: https://forge.example/assay/v0/gitlab-component/templates/run.yml\n'
const TESTS = 'tests:\n  script: [pytest]\n'
const said = (text: string) => gitlabFindings('.gitlab-ci.yml', text).map(finding => finding.text)

describe('a pipeline with Assay in it', () => {
  it('is told which jobs no longer count in merge requests', () => {
    const jobs = ['lint', 'unit', 'e2e', 'docs'].map(name => `${name}: { script: [make] }\n`).join('')

    expect(said(`${OURS}${jobs}`)).toEqual([
      expect.stringContaining("hold Assay's job and not `lint`, `unit`, `e2e` and 1 more"),
    ])
    expect(said(`include:\n  - component: $CI_SERVER_FQDN/ml/assay/run@1.2\n${TESTS}`)).toHaveLength(1)
  })

  it.each([
    ['it has rules for all', `${OURS}workflow: { rules: [{ if: $CI_MERGE_REQUEST_IID }] }\n${TESTS}`],
    ['its jobs have rules of their own', `${OURS}tests: { script: [a], rules: [{ when: always }] }\n`],
    ['its jobs extend what may have some', `${OURS}tests: { script: [a], extends: .base }\n`],
    ['there are no other jobs', `${OURS}stages: [test]\nassay: { before_script: [pip install x] }\n`],
    [
      'what else is included may say it',
      `include: [{ local: /ci.yml }, { remote: https://a.example/gitlab-component/templates/run.yml }]\n${TESTS}`,
    ],
    ['Assay is not in it', TESTS],
    ['it cannot be read', `${OURS}tests: [\n`],
    ['init wrote it', starterCi('gitlab').text],
  ])('is told nothing where %s', (_, text) => {
    expect(said(text)).toEqual([])
  })
})
