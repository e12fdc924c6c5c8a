import { type AssayError, positionWords } from '../errors/errors.ts'
import { visible } from './visible-text.ts'

/** The whole error as plain text, problems one a line: for terminals and logs. Text from outside is made visible, not run. */
export function renderError(error: AssayError): string {
  const lines = [visible(error.message)]
  for (const problem of error.problems) {
    const position = positionWords(problem.where)
    lines.push(visible(`  ${position ? `${position}: ` : ''}${problem.what}`))
    if (problem.fix) lines.push(visible(`    fix: ${problem.fix}`))
  }
  if (error.worked) lines.push(`What still worked: ${error.worked}`)
  lines.push(`More: ${error.link}`)
  return lines.join('\n')
}
