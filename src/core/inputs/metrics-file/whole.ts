import { formatCount } from '../../text/numbers.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import { field, type MetricNode } from './tree.ts'

/** The `part` of numbers that are of all rows. */
export const ALL_ROWS = 'all'

/** What a file says of how much of its run it is of. A part is no less true, and it is not the whole. */
export interface RunFacts {
  /** Of the metric that these keys lead to: of how many rows it is, and which part of all rows those are, or `ALL_ROWS`. */
  rowsOf: (path: readonly string[]) => { rows?: number; part?: string }
  /** What a reader must know of these metrics, each a clause. */
  partial: (paths: readonly (readonly string[])[]) => string[]
}

/**
 * What `results_….json` of lm-evaluation-harness says in `n-samples` and `config.limit`, `trainer_state.json` of Hugging Face in
 * `global_step` and `max_steps`. Undefined of every other file.
 */
export function runFactsIn(root: MetricNode): RunFacts | undefined {
  return evaluationFacts(root) ?? trainingFacts(root)
}

// --- internal ---

const MOST_TASKS = 5

function evaluationFacts(root: MetricNode): RunFacts | undefined {
  const limit = numberAt(root, 'config', 'limit')
  const isKnown = ['n-samples', 'versions'].some(key => field(root, key) !== undefined)
  if (!isKnown || field(root, 'results') === undefined) return undefined
  const rowsOf: RunFacts['rowsOf'] = path => {
    const task = taskOf(path)
    if (task === undefined) return {}
    const rows = numberAt(root, 'n-samples', task, 'effective')
    const all = numberAt(root, 'n-samples', task, 'original')
    const isWhole = rows !== undefined && all !== undefined && rows >= all
    // A group of tasks has no count of its own.
    const part =
      rows !== undefined && all !== undefined
        ? `${formatCount(rows)} of ${formatCount(all)} documents`
        : limit === undefined || areTasksWhole(root)
          ? undefined
          : `no more documents of a task than \`limit: ${limit}\` lets it have`
    return { ...(rows !== undefined && { rows }), part: isWhole ? ALL_ROWS : (part ?? ALL_ROWS) }
  }
  const partial = (paths: readonly (readonly string[])[]) => {
    const byTask = new Map(paths.map(path => [taskOf(path), rowsOf(path).part]))
    const parts = [...byTask].flatMap(([task, part]) =>
      part === undefined || part === ALL_ROWS ? [] : [`${part} (${shortened(visible(task!), 100)})`],
    )
    if (parts.length === 0) return []
    const more = parts.length - MOST_TASKS
    const by = limit === undefined ? '' : ', by `--limit`'
    return [
      `it is of a part of its test set${by}: ${parts.slice(0, MOST_TASKS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    ]
  }
  return { rowsOf, partial }
}

/** Whether the limit left nothing out, as one above the size of each task does. */
function areTasksWhole(root: MetricNode): boolean {
  const counts = field(root, 'n-samples')
  if (counts?.kind !== 'map' || counts.entries.length === 0) return false
  return counts.entries.every(({ value }) => {
    const [rows, all] = [numberAt(value, 'effective'), numberAt(value, 'original')]
    return rows !== undefined && all !== undefined && rows >= all
  })
}

/** Where training stopped before its last step somebody wanted it so, or nobody did: the file does not say which. */
function trainingFacts(root: MetricNode): RunFacts | undefined {
  const [step, most] = [numberAt(root, 'global_step'), numberAt(root, 'max_steps')]
  const isEarly = step !== undefined && most !== undefined && most > 0 && step < most
  if (!isEarly || field(root, 'log_history') === undefined) return undefined
  const text = `training ended at step ${formatCount(step)} of ${formatCount(most)}: it was stopped early, or broken off`
  return { rowsOf: () => ({}), partial: () => [text] }
}

function taskOf([first, task]: readonly string[]): string | undefined {
  return first === 'results' || first === 'groups' ? task : undefined
}

function numberAt(node: MetricNode, ...path: string[]): number | undefined {
  const found = path.reduce<MetricNode | undefined>((inside, key) => inside && field(inside, key), node)
  return found?.kind === 'number' && Number.isFinite(found.value) ? found.value : undefined
}
