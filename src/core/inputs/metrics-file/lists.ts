import { field, type MetricEntry, type MetricNode } from './tree.ts'

/**
 * A list of objects → the object that it says; undefined for any other list. By the first that fits:
 *
 * - `{key, value}`, with steps or without (how trackers export metrics; the key may be called `name` or `metric`): each by its name,
 *   the last step counts;
 * - a log, whose entries all have a step: of every key the last entry that has it, and none where two of one step disagree, unless
 *   they say how long they took (as evaluations of Hugging Face do, also the one of the best model after the last step);
 * - entries that a text of their own tells apart, such as `class`: each below that text;
 * - else all keys together. One that several entries have is in none of them: nobody says which counts.
 */
export function mapOfList(items: readonly MetricNode[]): MetricNode | undefined {
  if (items.length === 0 || !items.every(isMap)) return undefined
  return namedValues(items) ?? log(items) ?? namedEntries(items) ?? merged(items)
}

/**
 * The history of a training as Keras keeps it, a list of numbers for each of `loss` and the metrics, an epoch each, and as XGBoost,
 * LightGBM and CatBoost keep it of each data set (`logloss`, `binary_logloss`, …), a round each → the last of each; undefined for any
 * other object. Lists without such a name may be of classes or folds, as those of `log_loss` of scikit-learn are.
 *
 * @param isPart whether the object stands in another, as that of a data set does
 */
export function lastOfHistory(entries: readonly MetricEntry[], isPart: boolean): MetricEntry[] | undefined {
  const [first] = entries
  const epochs = first?.value.kind === 'list' ? first.value.items.length : 0
  const last = entries.flatMap(entry => {
    const { value } = entry
    if (value.kind !== 'list' || value.items.length !== epochs || !value.items.every(isReading)) return []
    return { ...entry, value: value.items.at(-1)! }
  })
  const isLoss = (key: string) => key === 'loss' || (isPart && BOOSTED_LOSS.test(key))
  const isHistory = epochs > 0 && last.length === entries.length && last.some(({ key }) => isLoss(key))
  return isHistory ? last : undefined
}

/** Whether logs call the number that grows so. */
export function isStep(name: string): boolean {
  return STEPS.includes(name)
}

// --- internal ---

type MapNode = Extract<MetricNode, { kind: 'map' }>

/** As libraries of boosting call it, and nobody else. */
const BOOSTED_LOSS = /^(?:m|binary_|multi_)?logloss$/i

const NAMES = ['key', 'name', 'metric']
/** What logs call the number that grows, the finest first. */
const STEPS = [
  'step', '_step', 'global_step', 'trainer/global_step', 'iteration', 'iter', 'training_iteration', 'round', 'batch', 'epoch', 'Epoch',
] // biome-ignore format: one list

/** What tells entries apart where there is only one, which may be more tomorrow. */
const USUAL_NAMES = ['name', 'class', 'label', 'category', 'task', 'metric', 'model', 'dataset', 'split']

/** Often of no meaning, and different in each run. */
const IDS = /^(id|uuid|hash|guid)$/i

/** So many texts of an entry are looked at for one that tells entries apart. */
const MOST_NAMING = 8

function isReading({ kind }: MetricNode): boolean {
  return kind === 'number' || kind === 'null'
}

function isMap(node: MetricNode): node is MapNode {
  return node.kind === 'map'
}

function namedValues(items: readonly MapNode[]): MetricNode | undefined {
  const named = NAMES.find(name =>
    items.every(item => field(item, name)?.kind === 'string' && field(item, 'value') !== undefined),
  )
  if (named === undefined) return undefined
  const last = new Map<string, { entry: MetricEntry; order: (number | undefined)[]; isUnclear: boolean }>()
  for (const item of items) {
    const key = textIn(field(item, named))!
    const order = ['step', 'timestamp'].map(name => numberIn(field(item, name)))
    const before = last.get(key)
    const isUnclear = before !== undefined && isSame(order, before.order)
    const entry = { key, position: item.entries[0]!.position, value: field(item, 'value')! }
    if (before === undefined || !isBefore(order, before.order))
      last.set(key, { entry, order, isUnclear: isUnclear && !areSame(before.entry.value, entry.value) })
  }
  return {
    kind: 'map',
    entries: [...last.values()].map(({ entry, isUnclear }) =>
      isUnclear ? { ...entry, value: REPEATED } : entry,
    ),
  }
}

/** Entries in the order of the file, or all of them the other way round, the newest first. */
function log(items: readonly MapNode[]): MetricNode | undefined {
  const name = STEPS.find(step => items.every(item => numberIn(field(item, step)) !== undefined))
  if (name === undefined) return undefined
  const steps = items.map(item => numberIn(field(item, name))!)
  const falls = steps.at(-1)! < steps[0]! && steps.every((step, at) => at === 0 || step <= steps[at - 1]!)
  const last = new Map<string, { entry: MetricEntry; step: number }>()
  const inOrder = items.map((item, at) => ({ item, step: steps[at]! }))
  for (const { item, step } of falls ? inOrder.toReversed() : inOrder) {
    const isTimed = item.entries.some(({ key }) => key.endsWith('_runtime'))
    for (const entry of item.entries) {
      const before = last.get(entry.key)
      const isUnclear = !isTimed && before?.step === step && !areSame(before.entry.value, entry.value)
      last.set(entry.key, { entry: isUnclear ? { ...entry, value: REPEATED } : entry, step })
    }
  }
  return { kind: 'map', entries: [...last.values()].map(({ entry }) => entry) }
}

function namedEntries(items: readonly MapNode[]): MetricNode | undefined {
  const naming = items[0]!.entries
    .filter(({ key, value }) => value.kind === 'string' && (items.length > 1 || USUAL_NAMES.includes(key)))
    // A name for people comes before a number of a machine.
    .toSorted((a, b) => Number(IDS.test(a.key)) - Number(IDS.test(b.key)))
    .slice(0, MOST_NAMING)
    .find(({ key }) => {
      const texts = items.map(item => textIn(field(item, key)))
      return !texts.includes(undefined) && new Set(texts).size === texts.length
    })
  if (naming === undefined) return undefined
  return {
    kind: 'map',
    entries: items.map(item => ({
      key: textIn(field(item, naming.key))!,
      position: item.entries[0]!.position,
      value: { kind: 'map', entries: item.entries.filter(({ key }) => key !== naming.key) },
    })),
  }
}

function merged(items: readonly MapNode[]): MetricNode {
  const all = new Map<string, MetricEntry>()
  for (const entry of items.flatMap(({ entries }) => entries))
    all.set(entry.key, all.has(entry.key) ? { ...entry, value: REPEATED } : entry)
  return { kind: 'map', entries: [...all.values()] }
}

const REPEATED: MetricNode = {
  kind: 'none',
  why: 'stands in several entries of a list, and nothing says which counts (`at` may)',
}

function textIn(node: MetricNode | undefined): string | undefined {
  return node?.kind === 'string' ? node.value : undefined
}

/** A whole number may be written as a text: some writers of JSON keep its digits so. */
function numberIn(node: MetricNode | undefined): number | undefined {
  if (node?.kind === 'string' && /^-?\d{1,19}$/.test(node.value)) return Number(node.value)
  return node?.kind === 'number' && Number.isFinite(node.value) ? node.value : undefined
}

function isSame(a: (number | undefined)[], b: (number | undefined)[]): boolean {
  return a.every((part, index) => part === b[index])
}

function isBefore(a: (number | undefined)[], b: (number | undefined)[]): boolean {
  const different = a.findIndex((part, index) => part !== b[index])
  return different >= 0 && (a[different] ?? 0) < (b[different] ?? 0)
}

function areSame(a: MetricNode, b: MetricNode): boolean {
  return a.kind === 'number' && b.kind === 'number' && Object.is(a.value, b.value)
}
