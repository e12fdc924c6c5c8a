import * as core from '@actions/core'
import type { CommandResult } from '../src/commands/command/context.ts'
import { plainPhrase } from '../src/core/report/words/phrase.ts'
import { failurePhrase } from '../src/core/report/words/words.ts'
import { maskPersonalData } from '../src/core/secrets/secrets.ts'
import { safeLogLine } from '../src/core/text/visible-text.ts'
import type { Result } from '../src/core/verdict/result.ts'

/** GitHub shows at most ten annotations of a kind per step, and the step's own failure is one of the errors. */
const MOST_WARNINGS = 10
const MOST_ERRORS = MOST_WARNINGS - 1

/** One annotation per command that died and per gate that failed or could not tell: the verdict is visible without a comment. */
export function annotate(result: CommandResult, redact: (text: string) => string): void {
  const { models } = result.json as { models?: Result[] }
  if (!Array.isArray(models)) return
  const say = (text: string) => safeLogLine(redact(text.replaceAll('\n', ' ')))
  const results = models.filter(result => typeof result === 'object')
  const gates = results.flatMap(result => result.gates.map(gate => ({ model: result.model, gate })))
  const errors = [
    ...results.filter(result => result.failure).map(failureOf),
    ...gates.filter(({ gate }) => gate.blocks).map(gateOf),
  ]
  const warnings = gates.filter(({ gate }) => !gate.blocks && gate.verdict !== 'pass').map(gateOf)
  for (const { title, text } of errors.slice(0, MOST_ERRORS)) core.error(say(text), { title: say(title) })
  for (const { title, text } of warnings.slice(0, MOST_WARNINGS))
    core.warning(say(text), { title: say(title) })
}

// --- internal ---

interface Remark {
  title: string
  text: string
}

function failureOf({ model, state, failure }: Result): Remark {
  return { title: `${model}: ${inWords(state)}`, text: plainPhrase(failurePhrase(state, failure!)) }
}

function gateOf({ model, gate }: { model: string; gate: Result['gates'][number] }): Remark {
  const verdict = gate.waived ? 'waived' : inWords(gate.verdict)
  return { title: `${model}: ${verdict}`, text: `${maskPersonalData(gate.name)}: ${gate.reason}` }
}

function inWords(name: string): string {
  return name.replaceAll('_', ' ')
}
