import { isAssayError } from '../../errors/errors.ts'
import type { Predictions } from '../evaluation.ts'
import type { EvalTool, PredictionsConfig } from '../file-options.ts'
import { unusable } from '../predictions/columns.ts'
import { deepevalTrials } from './deepeval.ts'
import { inspectTrials } from './inspect.ts'
import { itemsOf } from './items.ts'
import { lmEvalTrials } from './lm-eval.ts'
import { promptfooTrials } from './promptfoo.ts'
import { ragasTrials } from './ragas.ts'
import type { Tried } from './trials.ts'

/** The reader of each tool's result file; of a table it is told which metrics the team names. */
const READERS: Record<EvalTool, (text: string, file: string, named: ReadonlySet<string>) => Tried> = {
  promptfoo: promptfooTrials,
  inspect: inspectTrials,
  'lm-eval': lmEvalTrials,
  deepeval: deepevalTrials,
  ragas: ragasTrials,
}

/**
 * The items of a tool's result file, each with its scores over all of its tries.
 *
 * @throws AssayError PREDICTIONS_INVALID; where it is another tool's file, which
 */
export function readEvals(text: string, config: PredictionsConfig & { from: EvalTool }): Predictions {
  return itemsOf(trialsOf(text, config), config)
}

// --- internal ---

function trialsOf(
  text: string,
  { from, file, values, passed }: PredictionsConfig & { from: EvalTool },
): Tried {
  try {
    return READERS[from](text, file, new Set(Object.keys({ ...values, ...passed })))
  } catch (error) {
    if (!isAssayError(error, 'PREDICTIONS_INVALID')) throw error
    const others = (Object.keys(READERS) as EvalTool[]).filter(tool => tool !== from)
    const other = others.find(tool => isOf(tool, text, file))
    if (other === undefined) throw error
    throw unusable(file, `it is a result of ${other}, not of ${from}`, `Write \`from: ${other}\`.`)
  }
}

function isOf(tool: EvalTool, text: string, file: string): boolean {
  try {
    return READERS[tool](text, file, new Set()).trials.length > 0
  } catch (error) {
    if (!isAssayError(error, 'PREDICTIONS_INVALID')) throw error
    return false
  }
}
