import * as core from '@actions/core'
import type { CommandResult } from '../src/commands/context.ts'
import type { Result } from '../src/core/report/result.ts'
import { safeLogLine } from '../src/core/visible-text.ts'

/** GitHub shows at most ten annotations of a kind per step. */
const MOST = 10

/** One annotation per gate that failed or could not tell: the verdict is visible without a comment. */
export function annotate(result: CommandResult, redact: (text: string) => string): void {
  const { models } = result.json as { models?: Result[] }
  if (!Array.isArray(models)) return
  const say = (text: string) => safeLogLine(redact(text.replaceAll('\n', ' ')))
  const gates = models.flatMap(model => (model.gates ?? []).map(gate => ({ model: model.model, gate })))
  for (const { model, gate } of gates.filter(({ gate }) => gate.blocks).slice(0, MOST))
    core.error(say(`${gate.name}: ${gate.reason}`), {
      title: say(`${model}: ${gate.verdict.replace('_', ' ')}`),
    })
  for (const { model, gate } of gates
    .filter(({ gate }) => !gate.blocks && gate.verdict !== 'pass')
    .slice(0, MOST))
    core.warning(say(`${gate.name}: ${gate.reason}`), {
      title: say(`${model}: ${gate.waived ? 'waived' : gate.verdict.replace('_', ' ')}`),
    })
  for (const model of models.filter(model => model.failure).slice(0, MOST))
    core.error(
      say(
        `${model.failure!.command}: ${model.failure!.signal ?? `exit code ${model.failure!.exitCode ?? 'unknown'}`}`,
      ),
      {
        title: say(`${model.model}: ${model.state.replace('_', ' ')}`),
      },
    )
}
