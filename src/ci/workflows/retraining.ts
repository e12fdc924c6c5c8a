import { parsePlainYaml } from '../../core/yaml/plain.ts'
import type { Finding } from './findings.ts'
import { mapping, type TextFile } from './local-actions.ts'

/**
 * Steps that retrain with the token that GitHub gives every workflow: a pull request that it opens starts no CI, so that nobody
 * would train and judge it.
 * https://docs.github.com/en/actions/concepts/security/github_token#when-github_token-triggers-workflow-runs
 */
export function retrainFindings(workflows: readonly TextFile[]): Finding[] {
  return workflows.flatMap(({ path, text }) => {
    const workflow = mapping(parsePlainYaml(text)?.value)
    return Object.entries(mapping(workflow.jobs)).flatMap(([name, value]) => {
      const job = mapping(value)
      const steps = Array.isArray(job.steps) ? job.steps.map(mapping) : []
      const tokens = steps.flatMap(step => tokenOf(step, [workflow, job, step]) ?? [])
      return tokens.some(isOfWorkflow) ? [finding(`${path}: job ${name}`)] : []
    })
  })
}

// --- internal ---

/** The token that a step retrains with, as it is written; undefined where it does not. */
function tokenOf(step: Record<string, unknown>, around: Record<string, unknown>[]): string | undefined {
  const env = Object.assign({}, ...around.map(one => mapping(one.env))) as Record<string, unknown>
  const given = (names: readonly string[], from: Record<string, unknown>) =>
    names.map(name => from[name]).find(token => token)
  const inputs = mapping(step.with)
  if (typeof step.uses === 'string' && /^assay-ml\/assay@/i.test(step.uses))
    return inputs.command === 'retrain'
      ? String(
          given(['deploy-token', 'deploy-client-id', 'token'], inputs) ??
            given(DEPLOY, env) ??
            WORKFLOW_TOKEN,
        )
      : undefined
  if (typeof step.run !== 'string' || !/\bassay(?:\.cjs|@[\w.-]+)?\s+retrain\b/.test(step.run))
    return undefined
  const token = given([...DEPLOY, 'ASSAY_TOKEN', 'GITHUB_TOKEN', 'GH_TOKEN'], env)
  return token === undefined ? undefined : String(token)
}

const DEPLOY = ['ASSAY_DEPLOY_TOKEN', 'ASSAY_DEPLOY_CLIENT_ID']
// biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of a workflow
const WORKFLOW_TOKEN = '${{ github.token }}'

function isOfWorkflow(token: string): boolean {
  return /^\s*\$\{\{\s*(?:github\.token|secrets\.GITHUB_TOKEN)\s*\}\}\s*$/i.test(token)
}

function finding(subject: string): Finding {
  return {
    level: 'problem',
    text: `${subject} retrains with GITHUB_TOKEN: a pull request that it opens starts no CI, so nobody would train and judge it (give it the token of an App or of an account, \`ASSAY_DEPLOY_TOKEN\` or the input \`deploy-token\`)`,
  }
}
