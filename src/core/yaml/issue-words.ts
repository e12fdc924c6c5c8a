import type { z } from 'zod'

/** What is wrong with a value, in words that are no program's. */
export function issueWords(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type')
    return issue.input === undefined && issue.message.includes('undefined')
      ? `is missing (expected ${issue.expected})`
      : issue.message.replace(/^Invalid input: (?:expected record)?/, words =>
          words.endsWith('record') ? 'expected `name: value` pairs' : '',
        )
  if (issue.code === 'invalid_value')
    return `must be one of ${issue.values.map(value => `\`${String(value)}\``).join(', ')}`
  return issue.message.replace(/^Invalid input: /, '')
}
