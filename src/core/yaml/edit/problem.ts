import { AssayError, type Problem } from '../../errors/errors.ts'
import { shortened, visible } from '../../text/visible-text.ts'

/** One step down: a key, the index of a list item, or what the wanted list item has (`{ name: 'churn' }`, nested too). */
export type YamlStep = string | number | YamlMatch
export type YamlPath = readonly YamlStep[]
export interface YamlMatch {
  [key: string]: string | number | YamlMatch
}

/** An edit that is not made. Always names the file, and the line where there is one. */
export function refused(problems: Problem[]): AssayError {
  const files = [...new Set(problems.map(problem => problem.where?.file))].join(', ')
  const title = `${files} was not changed`
  return new AssayError({ code: 'YAML_EDIT_REFUSED', title, problems: problems.map(shown) })
}

/** A file that is not YAML as Kubernetes reads it. */
export function unreadable(file: string, what: string, line?: number, fix?: string): AssayError {
  const problem = { what, where: { file, line }, ...(fix ? { fix } : {}) }
  const title = `${file} cannot be edited`
  return new AssayError({ code: 'YAML_UNREADABLE', title, problems: [shown(problem)] })
}

/** Keys and values come from a file that many may write to: nothing of it is obeyed by a terminal. */
export function shown(problem: Problem): Problem {
  const { what, fix } = problem
  return {
    ...problem,
    what: visible(shortened(what, 500)),
    ...(fix ? { fix: visible(shortened(fix, 500)) } : {}),
  }
}

/** `spec.containers[name=churn].image`, `metadata.annotations["assay.dev/version"]`: on one line, whatever the keys are. */
export function renderPath(path: YamlPath): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (typeof step === 'object') text += `[${renderMatch(step)}]`
    else if (/^[\w-]+$/.test(step)) text += text ? `.${step}` : step
    else text += `[${JSON.stringify(step)}]`
  }
  return visible(shortened(text, 200))
}

/** `name=churn`, `destination.host=churn, destination.subset=candidate`. */
export function renderMatch(match: YamlMatch, prefix = ''): string {
  return Object.entries(match)
    .map(([key, value]) =>
      typeof value === 'object' ? renderMatch(value, `${prefix}${key}.`) : `${prefix}${key}=${value}`,
    )
    .join(', ')
}
