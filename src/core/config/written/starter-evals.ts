import type { EvalTool } from '../../inputs/file-options.ts'
import { PASSED } from '../../inputs/predictions/passed.ts'
import { directionByName } from '../starter/headline.ts'
import type { Answer, EvalResult, Place, Repository } from '../starter/repository.ts'
import { gateOn } from './first-gate.ts'
import { question, scalar } from './lines.ts'

/** How a first configuration reads what an evaluation tool wrote, and what it is judged by. */

export type FoundEval = Answer<{ file: string; result: EvalResult }>

/** Lines of `predictions`, and of the gates. */
export function evalLines(found: NonNullable<FoundEval>): { read: string[]; gate: string[] } {
  if ('ask' in found) return { read: question('predictions', found), gate: PASSED_GATE }
  const { file, result } = found.is
  const lower = result.lower.map(name => `${scalar(name)}: lower`).join(', ')
  const values = lower === '' ? '' : `, values: { ${lower} }`
  return {
    read: [`predictions: { file: ${scalar(file)}, from: ${result.from}${values} }   # docs/llm-evals.md`],
    gate: gatesOf(result.metrics.filter(name => !result.lower.includes(name))),
  }
}

/** Lines to choose from, for the tools that the repository names and has no result of. */
export function toolLines({ files }: Place, { texts }: Repository): string[] {
  const tools = (Object.keys(TOOLS) as EvalTool[]).filter(tool =>
    files.some(file => TOOLS[tool].named.test(file) || TOOLS[tool].named.test(texts.get(file) ?? '')),
  )
  return tools.map(from => {
    const { file, of } = TOOLS[from]
    return `predictions: { file: ${file}, from: ${from} }   of ${of} (docs/llm-evals.md)`
  })
}

/**
 * How the evaluation is run. Nothing is trained where a result is all that there is: a command that nobody knows is asked for once, and
 * the one that is known evaluates.
 */
export function evalCommands(
  found: NonNullable<FoundEval>,
  { train, evaluate }: { train: Answer<string>; evaluate: Answer<string> },
): { train: Answer<string>; evaluate: Answer<string> } {
  const isTrained = train !== undefined && 'is' in train
  if (isTrained || evaluate !== undefined) return { train: isTrained ? train : undefined, evaluate }
  const proposed = 'is' in found ? [TOOLS[found.is.result.from].run(found.is.file)] : []
  const others = train?.found ?? []
  return {
    train: undefined,
    evaluate: {
      ask: 'Which command runs the evaluation? Nothing here says so.',
      found: [...others, ...proposed],
      files: [],
    },
  }
}

// --- internal ---

interface Tool {
  /** What names it where things are run. */
  named: RegExp
  file: string
  of: string
  run: (file: string) => string
}

/** Tools whose results are read. */
const TOOLS: Record<EvalTool, Tool> = {
  promptfoo: {
    named: /promptfoo/,
    file: 'results.json',
    of: '`promptfoo eval --output results.json`',
    run: file => `npx promptfoo eval --no-cache --repeat 3 --output ${file} || true`,
  },
  inspect: {
    named: /\binspect(?:_ai| eval)\b/,
    file: 'log.json',
    of: '`inspect eval --log-format json`',
    run: () => 'inspect eval task.py --log-format json',
  },
  'lm-eval': {
    named: /\blm[_-]eval\b/,
    file: 'samples.jsonl',
    of: '`lm_eval --log_samples`',
    run: () => 'lm_eval --model … --tasks … --log_samples --output_path …',
  },
  deepeval: {
    named: /\bdeepeval\b/,
    file: 'test_run.json',
    of: 'its results_folder',
    run: () => 'deepeval test run test_evals.py',
  },
  ragas: {
    named: /\bragas\b/,
    file: 'ragas.csv',
    of: '`result.to_pandas()`',
    run: file => `python evaluate.py   which writes ${file}`,
  },
}

/** Of the few items that evaluations have, a hundredth is less than one. */
const PASSED_GATE = [`- metric: ${PASSED}`, '  not_worse_than: champion', '  margin: 0.05']

/** What passed, and what broke; else the first score that improves upwards, as a tool's scores do where nobody says otherwise. */
function gatesOf(metrics: readonly string[]): string[] {
  if (metrics.includes(PASSED)) return [...PASSED_GATE, '- { metric: broken_items, at_most: 0 }']
  const [first] = metrics
  return gateOn(metrics.find(metric => directionByName(metric) !== 'lower') ?? first ?? PASSED)
}
