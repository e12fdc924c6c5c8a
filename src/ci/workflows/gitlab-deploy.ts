import { type PlainYaml, parsePlainYaml } from '../../core/yaml/plain.ts'
import type { Finding } from './findings.ts'
import { addressOf, isOurs } from './gitlab-pipeline.ts'
import { mapping } from './local-actions.ts'

/**
 * Whether the pipeline of a deploy project on GitLab moves promotions as it should: a schedule can start the job that does, since
 * soaks and freezes end without any event, and two runs of it are not at work at once. A file without such a job leaves it to
 * somebody else, such as the bot. Only what the file says can be judged.
 */
export function deployPipelineFindings(path: string, text: string): Finding[] {
  const yaml = parsePlainYaml(text)
  const file = mapping(yaml?.value)
  const isIncluded = [file.include ?? []].flat().some(isTemplate)
  const own = Object.keys(file).filter(name => promotes(mapping(file[name])))
  if (!yaml || (!isIncluded && own.length === 0)) return []
  const unscheduled = takesNoSchedule(mapping(file.workflow).rules)
    ? [noSchedule(where(path, yaml, ['workflow']), '`workflow: rules`')]
    : own
        .filter(name => takesNoSchedule(mapping(file[name]).rules))
        .map(name => noSchedule(where(path, yaml, [name]), `the rules of \`${name}\``))
  const unguarded = own.filter(name => {
    const { resource_group: group, extends: base } = mapping(file[name])
    return group === undefined && base === undefined
  })
  return [
    ...unscheduled,
    ...unguarded.map(name =>
      warning(
        `${where(path, yaml, [name])}: two runs of \`${name}\` may be at work at once (add \`resource_group: assay-promote\`)`,
      ),
    ),
  ]
}

// --- internal ---

function isTemplate(entry: unknown): boolean {
  const address = addressOf(entry)
  return isOurs(address) && /\bpromote(?:\.yml$|@)/.test(address)
}

/** A job of the file itself that calls the command. */
function promotes({ script }: Record<string, unknown>): boolean {
  return [script ?? []].flat(2).some(line => /\bassay(?:\.cjs|@[\w.-]+)?\s+promote\b/.test(String(line)))
}

/** Whether none of the rules can be met in the pipeline of a schedule, which is one of a branch. */
function takesNoSchedule(rules: unknown): boolean {
  if (!Array.isArray(rules)) return false
  for (const rule of rules.map(mapping)) {
    const condition = typeof rule.if === 'string' ? rule.if : undefined
    if (rule.when === 'never') {
      const isAlone = Object.keys(rule).length === (condition === undefined ? 1 : 2)
      if (isAlone && (condition === undefined || IS_SCHEDULE.test(condition))) return true
    } else if (condition === undefined || !isOfOther(condition)) return false
  }
  return true
}

const IS_SCHEDULE = /^\s*\$CI_PIPELINE_SOURCE\s*==\s*["']schedule["']\s*$/

/** A condition one part of which no schedule meets; what we cannot read it may meet. */
function isOfOther(condition: string): boolean {
  if (/\|\||[()]/.test(condition))
    return condition.split('||').every(part => isOfOther(part.replace(/[()|]/g, ' ')))
  return condition.split('&&').some(part => OTHER.test(part))
}

/** Another source, or a variable that pipelines of merge requests and tags alone have. */
const OTHER =
  /^\s*(?:\$CI_PIPELINE_SOURCE\s*==\s*["'](?!schedule["'])[a-z_]+["']|\$CI_PIPELINE_SOURCE\s*!=\s*["']schedule["']|\$CI_(?:MERGE_REQUEST_[A-Z_]+|COMMIT_TAG))\s*$/

function noSchedule(at: string, what: string): Finding {
  return warning(
    `${at}: ${what} take no pipeline of a schedule, and soaks and freezes end without any event (add \`- if: $CI_PIPELINE_SOURCE == "schedule"\`, and a schedule as in https://github.com/assay-ml/assay/blob/main/docs/gitlab.md#the-deploy-project)`,
  )
}

function where(path: string, yaml: PlainYaml, at: string[]): string {
  return `${path}:${yaml.line(at)}`
}

function warning(text: string): Finding {
  return { level: 'warning', text }
}
