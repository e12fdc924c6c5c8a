import * as z from 'zod'

/** `path` and `records`: where in a deploy repository manifests and records stand. */

/** A folder of manifests: a relative path with `{model}` and `{environment}` in it, or `.`. */
export const PathTemplate = z
  .string()
  .max(512)
  .superRefine((template, context) => {
    for (const message of templateProblems(template)) context.addIssue({ code: 'custom', message })
  })

/** A folder of records. */
export const RecordsTemplate = PathTemplate.refine(
  namesModel,
  'must have `{model}` as one of its folders: what it tells of is one model',
)

/**
 * Where records stand when nothing else is said: with the manifests where their folder is that of one model in one environment, else
 * in a folder of their own in it. It is a function of `path` alone, so that an environment more moves no record.
 *
 * @param isOwn whether the path is that of one environment, so that it need not name it
 */
export function recordsIn(path: string, isOwn: boolean): string {
  if (namesModel(path) && (isOwn || path.includes('{environment}'))) return path
  return `${path === '.' ? '' : `${path}/`}releases/{environment}/{model}`
}

/**
 * Whether a template has the model as one of its folders. As a part of a longer name it would not tell `churn` in `eu-staging` from
 * `churn-eu` in `staging`.
 */
export function namesModel(template: string): boolean {
  return template.split('/').includes('{model}')
}

/** The placeholders of a template, replaced. Names are checked where they are read; a model name holds no `/`. */
export function filled(template: string, model: string, environment: string): string {
  return template.replaceAll('{model}', () => model).replaceAll('{environment}', () => environment)
}

// --- internal ---

const SEGMENT = /^(?:[A-Za-z0-9_-]|\{model\}|\{environment\})(?:[A-Za-z0-9._-]|\{model\}|\{environment\})*$/

function templateProblems(template: string): string[] {
  const problems: string[] = []
  const strange = (template.match(/\{[^{}]*\}?/g) ?? []).filter(
    part => part !== '{model}' && part !== '{environment}',
  )
  for (const part of strange)
    problems.push(`\`${part}\` is no placeholder: there are \`{model}\` and \`{environment}\``)
  const isInside = template === '.' || template.split('/').every(part => SEGMENT.test(part))
  if (strange.length === 0 && !isInside)
    problems.push(
      'must be a relative path inside the repository: letters, digits, `.`, `_`, `-` and placeholders, and no part begins with a dot',
    )
  return problems
}
