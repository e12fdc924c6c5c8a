import { describe, expect, it } from 'vitest'
import { retrainFindings } from '../../src/ci/workflows/retraining.ts'

const expression = (text: string) => `$\{{ ${text} }}`
const OWN = expression('secrets.RETRAIN_TOKEN')
const WORKFLOWS = expression('secrets.GITHUB_TOKEN')

function found(step: object, more: object = {}) {
  const text = JSON.stringify({ jobs: { retrain: { steps: [step], ...more } } })
  return retrainFindings([{ path: 'a.yml', text }]).map(({ level, text: words }) => `${level}: ${words}`)
}
const action = (inputs: object) => ({ uses: 'assay-ml/assay@v1', with: { command: 'retrain', ...inputs } })
const REFUSED = [
  expect.stringMatching(/^problem: a.yml: job retrain retrains with GITHUB_TOKEN: .*starts no CI/),
]

describe('a workflow that retrains', () => {
  it.each([
    ['the action without a token', action({}), {}],
    ['the action with the token of the workflow', action({ token: WORKFLOWS }), {}],
    ['the same as another input', action({ 'deploy-token': expression('github.token') }), {}],
    ['the command line', { run: 'assay retrain churn', env: { GITHUB_TOKEN: WORKFLOWS } }, {}],
    ['the environment of the job', { run: 'npx assay retrain' }, { env: { ASSAY_TOKEN: WORKFLOWS } }],
  ])('is refused the token whose pull requests start no CI: %s', (_, step, more) => {
    expect(found(step, more)).toEqual(REFUSED)
  })

  it.each([
    ['a token of an account', action({ 'deploy-token': OWN }), {}],
    ['an App', action({ 'deploy-client-id': 'Iv23' }), {}],
    ['a token from the environment', action({}), { env: { ASSAY_DEPLOY_TOKEN: OWN } }],
    ['another command', { uses: 'assay-ml/assay@v1', with: { command: 'run' } }, {}],
    ['a text that only speaks of it', { run: 'echo assay' }, {}],
  ])('may use %s', (_, step, more) => {
    expect(found(step, more)).toEqual([])
  })
})
