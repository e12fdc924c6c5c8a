import { parsePlainYaml } from '../../core/yaml/plain.ts'
import type { Finding } from './findings.ts'
import { mapping } from './local-actions.ts'

/**
 * Whether the other jobs of a GitLab project still count once Assay is in its `.gitlab-ci.yml`. A job without rules is in no
 * pipeline of a merge request; as soon as one job is, that pipeline is the one that decides whether it may be merged. Only what
 * the file says can be judged: where it includes others, they may say it.
 */
export function gitlabFindings(path: string, text: string): Finding[] {
  const file = mapping(parsePlainYaml(text)?.value)
  const included = [file.include ?? []].flat().map(addressOf)
  if (!included.some(isOurs)) return []
  if (file.workflow !== undefined || included.some(address => !isOurs(address))) return []
  const alone = Object.entries(file).filter(([name, job]) => isJob(name, job) && !hasRules(job))
  if (alone.length === 0) return []
  const names = alone.slice(0, 3).map(([name]) => `\`${name}\``)
  return [
    {
      level: 'warning',
      text: `${path}: the pipelines of merge requests hold Assay's job and not ${names.join(', ')}${alone.length > 3 ? ` and ${alone.length - 3} more` : ''}, which then keep nothing from being merged (add \`workflow: { rules: … }\` as in https://github.com/assay-ml/assay/blob/main/docs/gitlab.md#one-pipeline)`,
    },
  ]
}

/** What an entry of `include` says where the file is; a local one and one of a project by their words. */
export function addressOf(entry: unknown): string {
  if (typeof entry === 'string') return entry
  const { remote, component, template, local, project } = mapping(entry)
  return String(remote ?? component ?? template ?? local ?? project ?? '')
}

/** Whether a template of the component project is there. */
export function isOurs(address: string): boolean {
  return /(?:^|\/)gitlab-component\/templates\/[a-z]+\.yml$/.test(address) || /\/assay\/[a-z]+@/.test(address)
}

/** One that adds to the job of the template (`assay:` with a `before_script`) is none of its own. */
export function isJob(name: string, job: unknown): boolean {
  const { script, trigger, run } = mapping(job)
  return !NO_JOBS.has(name) && !name.startsWith('.') && [script, trigger, run].some(one => one !== undefined)
}

// --- internal ---

/** Keys of a pipeline file that are no jobs: https://docs.gitlab.com/ci/yaml/ */
const NO_JOBS = new Set([
  'after_script',
  'before_script',
  'cache',
  'default',
  'image',
  'include',
  'services',
  'spec',
  'stages',
  'variables',
  'workflow',
])

/** What a job extends may have them too. */
function hasRules(job: unknown): boolean {
  const { rules, only, except, extends: base } = mapping(job)
  return [rules, only, except, base].some(one => one !== undefined)
}
