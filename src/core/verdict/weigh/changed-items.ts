import type { Predictions } from '../../inputs/evaluation.ts'
import type { SidePredictions } from '../../inputs/predictions/pair.ts'
import { PASSED } from '../../inputs/predictions/passed.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import { BROKEN_ITEMS, type ChangedItems, ITEM_CHANGES } from '../changed-items.ts'
import type { Matchup } from '../comparison/comparison.ts'
import type { Against, MetricRow } from '../result.ts'

const MOST_SHOWN = 50
const MOST_PLACES = 5

/**
 * Which items broke against the champion, else the base, which were mended, and which are flaky. Undefined where nothing says
 * on both sides which items passed.
 */
export function changedItems(matchups: Partial<Record<Against, Matchup>>): ChangedItems | undefined {
  const against = matchups.champion ? 'champion' : 'base'
  const { pair, candidate } = matchups[against] ?? {}
  const file = candidate?.predictionsFile
  if (!pair || !candidate?.predictions || file === undefined) return undefined
  const [ours, theirs] = [passedOf(pair.candidate), passedOf(pair.baseline)]
  if (!ours || !theirs) return undefined
  const rows = { broken: [] as number[], mended: [] as number[], flaky: [] as number[] }
  for (let row = 0; row < pair.rows; row++) {
    const change = changeOf(ours[row]!, theirs[row]!)
    if (change) rows[change].push(row)
  }
  const shown = (row: number) => itemAt(candidate.predictions!, row)
  const [broken, mended, flaky] = ITEM_CHANGES.map(change => ({
    count: rows[change].length,
    shown: rows[change].slice(0, MOST_SHOWN).map(shown),
  }))
  const known = shortened(visible(maskPersonalData(file)), 2000)
  const { by, others } = candidate.predictions.passing ?? {}
  const passedBy = by !== undefined && others?.passed.has(by) ? maskPersonalData(by) : undefined
  return {
    against,
    file: known,
    all: pair.rows,
    ...(passedBy !== undefined && { passedBy }),
    broken: broken!,
    mended: mended!,
    flaky: flaky!,
  }
}

/** The count as a row of the results. It is a comparison itself: of what it is held against, nothing has broken. */
export function brokenRow(items: ChangedItems | undefined): MetricRow {
  return {
    metric: BROKEN_ITEMS,
    direction: 'lower',
    ...(items && { candidate: { value: items.broken.count }, [items.against]: { value: 0 } }),
    differences: {},
    judgement: 'not_judged',
    gated: true,
  }
}

// --- internal ---

function passedOf({ values }: SidePredictions): Float64Array | undefined {
  return values?.find(({ name }) => name === PASSED)?.values
}

function changeOf(ours: number, theirs: number): (typeof ITEM_CHANGES)[number] | undefined {
  const isSplit = (share: number) => share > 0 && share < 1
  if (isSplit(ours) || isSplit(theirs)) return 'flaky'
  if (ours === theirs) return undefined
  return ours < theirs ? 'broken' : 'mended'
}

function itemAt({ ids, idsShown, places }: Predictions, row: number) {
  const own = places?.[row] ?? [`row ${row + 1}`]
  const more = own.length > MOST_PLACES ? ` and ${own.length - MOST_PLACES} more` : ''
  return {
    ...(idsShown && { item: shortened(visible(maskPersonalData(ids.at(row)!)), 200) }),
    rows: `${own.slice(0, MOST_PLACES).join(', ')}${more}`,
  }
}
