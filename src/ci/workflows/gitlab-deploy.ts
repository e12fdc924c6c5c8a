import { type PlainYaml, parsePlainYaml } from '../../core/yaml/plain.ts'
import type { Finding } from './findings.ts'
import { addressOf, isJob, isOurs } from './gitlab-pipeline.ts'
import { mapping } from './local-actions.ts'

/**
 * Whether the pipeline of a deploy project on GitLab moves promotions as it should: a schedule can start the job that does, since
 * soaks and freezes end without any event, and two runs of it are not at work at once. A file without such a job leaves it to
 * somebody else, such as the bot; one that only verifies has pipelines at all. Only what the file says can be judged.
 */
export function deployPipelineFindings(path: string, text: string): Finding[] {
  const yaml = parsePlainYaml(text)
  const file = mapping(yaml?.value)
  const includes = [file.include ?? []].flat()
  const isIncluded = includes.some(entry => templateOf(entry) === 'promote')
  const own = Object.keys(file).filter(name => promotes(mapping(file[name])))
  if (yaml && isLast(file, includes)) return [neverRuns(where(path, yaml, ['include']))]
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

/** The name of a template of ours. */
function templateOf(entry: unknown): string | undefined {
  const address = addressOf(entry)
  return isOurs(address) ? /([a-z]+)(?:\.yml$|@)/.exec(address)?.[1] : undefined
}

/** Whether `verify` is the only job on the default branch, and in the stage that GitLab makes no pipeline for. */
function isLast(file: Record<string, unknown>, includes: readonly unknown[]): boolean {
  if (Object.entries(file).some(([name, job]) => isJob(name, job))) return false
  if (!includes.every(entry => NOT_ON_DEFAULT.has(templateOf(entry) ?? ''))) return false
  const last = includes.find(entry => templateOf(entry) === 'verify')
  return last !== undefined && (mapping(mapping(last).inputs)['job-stage'] ?? '.post') === '.post'
}

/** Templates whose jobs no merge and no schedule of promotions starts, and `verify` itself. */
const NOT_ON_DEFAULT = new Set(['verify', 'check', 'drift', 'retrain'])

function neverRuns(at: string): Finding {
  return warning(
    `${at}: the job of verify.yml is alone on the default branch, and of jobs in the stage \`.post\` alone GitLab makes no pipeline (give it \`inputs: { job-stage: test }\`)`,
  )
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
