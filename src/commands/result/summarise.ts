import { headlineOf, headlineText } from '../../core/report/sections/headline.ts'
import { renderTerminal } from '../../core/report/terminal.ts'
import { plainPhrase } from '../../core/report/words/phrase.ts'
import type { Result } from '../../core/verdict/result.ts'
import type { CommandResult, Context } from '../command/context.ts'
import { stepOutputs } from './step-outputs.ts'

/** A result and what became of posting it, one sentence each. */
export interface PostedModel {
  result: Result
  notes: string[]
}

/** What a face shows and exits with, from the results of all models. */
export function summarise(
  context: Context,
  all: PostedModel[],
  untouched: string[],
  output: string,
): CommandResult {
  const results = all.map(posted => posted.result)
  const colour = context.terminal?.colour ?? false
  const width = context.terminal?.width ?? 100
  const parts = all.map(posted =>
    [
      renderTerminal(posted.result, { colour, width }),
      ...posted.notes.map(note => `• ${note}`),
      `• Report: ${output}/${posted.result.model}/report.html`,
    ].join('\n'),
  )
  if (untouched.length > 0) parts.push(`Skipped, nothing they depend on was touched: ${untouched.join(', ')}`)
  if (all.length === 0 && untouched.length === 0) parts.push('There was nothing to do.')
  return {
    exitCode: exitCodeOf(results),
    ...(results.length > 0
      ? { headline: results.map(headlineText).join(' · '), reason: reasonOf(results) }
      : {}),
    text: parts.join('\n\n'),
    json: {
      models: results,
      skipped: untouched,
      notes: Object.fromEntries(all.map(posted => [posted.result.model, posted.notes])),
    },
    outputs: stepOutputs(results, output),
  }
}

// --- internal ---

function reasonOf(results: Result[]): string {
  const decisive = results.filter(result => result.blocks)
  return (decisive.length > 0 ? decisive : results)
    .map(result => plainPhrase(headlineOf(result).why))
    .join(' ')
}

function exitCodeOf(results: Result[]): 0 | 1 | 2 {
  if (results.some(result => result.state === 'training_failed' || result.state === 'evaluation_failed'))
    return 2
  return results.some(result => result.blocks) ? 1 : 0
}
