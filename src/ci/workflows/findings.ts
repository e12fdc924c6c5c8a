import { parsePlainYaml } from '../../core/yaml/plain.ts'
import { mapping } from './local-actions.ts'

/** One line of what `assay check` found. */
export interface Finding {
  level: 'ok' | 'warning' | 'problem'
  text: string
}

/**
 * What GitHub workflows that use Assay give its token: the commonest reason for a missing comment is a permission that the
 * file does not name. Only what a file says can be judged; where it says nothing, the repository's settings decide.
 */
export function workflowFindings(workflows: { path: string; text: string }[]): Finding[] {
  return workflows.flatMap(({ path, text }) => {
    const workflow = mapping(parsePlainYaml(text)?.value)
    return Object.entries(mapping(workflow.jobs)).flatMap(([name, job]) => {
      const { steps, permissions = workflow.permissions } = mapping(job)
      if (!Array.isArray(steps) || !steps.some(usesAssay)) return []
      return [finding(`${path}: job ${name}`, permissions, steps.some(leavesResult))]
    })
  })
}

// --- internal ---

const NEEDED = ['pull-requests', 'checks']

function finding(subject: string, permissions: unknown, isLeft: boolean): Finding {
  if (permissions === undefined)
    return {
      level: 'warning',
      text: `${subject} names no permissions: with the usual settings there will be no comment and no check (add \`permissions:\` with \`contents: read\`, \`pull-requests: write\`, \`checks: write\`)`,
    }
  const given = mapping(permissions)
  const missing = NEEDED.filter(scope => permissions !== 'write-all' && given[scope] !== 'write')
  if (missing.length === 0) return { level: 'ok', text: `${subject} may write comment and check` }
  // Who names no write at all and leaves the result has somebody else to post it.
  if (isLeft && missing.length === NEEDED.length)
    return {
      level: 'ok',
      text: `${subject} only reads: whoever posts comment and check takes them from the artifact ${ARTIFACT}`,
    }
  return {
    level: 'problem',
    text: `${subject} may not write ${missing.map(scope => WHAT[scope]).join(' and ')} (add ${missing.map(scope => `\`${scope}: write\``).join(', ')} to its \`permissions:\`)`,
  }
}

const ARTIFACT = 'assay-result'

function leavesResult(step: unknown): boolean {
  const { uses, with: inputs } = mapping(step)
  return (
    typeof uses === 'string' && /^actions\/upload-artifact@/i.test(uses) && mapping(inputs).name === ARTIFACT
  )
}

const WHAT: Record<string, string> = { 'pull-requests': 'the comment', checks: 'the check' }

/** A step that trains or evaluates only, or that posts nothing, needs no more than to read. */
function usesAssay(step: unknown): boolean {
  const { uses, with: inputs } = mapping(step)
  const { command = 'run' } = mapping(inputs)
  return typeof uses === 'string' && /^assay-ml\/assay@/i.test(uses) && /^(run|report)$/.test(String(command))
}
