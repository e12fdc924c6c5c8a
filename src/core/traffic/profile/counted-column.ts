import type { ProfileConfig } from '../../config/profile.ts'
import { looksPersonal } from '../../secrets/personal-column.ts'
import { EdgeGrid } from '../../statistics/traffic/edge-grid.ts'
import { count } from '../../text/numbers.ts'
import { BinCounts } from './bin-counts.ts'
import { frequentCategories } from './categories.ts'
import { type ChosenColumn, shownName } from './chosen-columns.ts'
import { kindOfColumn } from './column-kind.ts'
import { ColumnTally, type TallyLimits } from './column-tally.ts'
import { frozenEdges, wholeEdges } from './edges.ts'
import type { Bins, Feature } from './feature.ts'

/** Numbers and texts that are kept of all columns together: 128 MB of the former. */
const MOST_NUMBERS = 2 ** 24
const MOST_TEXTS = 400_000
/** Whole numbers up to so many values have a bin each. */
const FEW_VALUES = 20

/** What may be kept of each column where so many are read at once. @param rows where it is known */
export function limitsFor(columns: number, rows?: number): TallyLimits {
  return {
    ...(rows !== undefined && { rows }),
    numbers: Math.max(16_384, Math.floor(MOST_NUMBERS / columns)),
    texts: Math.min(20_000, Math.max(1000, Math.floor(MOST_TEXTS / columns))),
  }
}

/** How many columns of so many rows can be read at once and kept whole. */
export function columnsAtOnce(rows: number): number {
  return Math.max(1, Math.floor(MOST_NUMBERS / Math.max(1, rows)))
}

/** One column on its way to a feature. */
export class CountedColumn {
  readonly column: ChosenColumn
  advice: string | undefined
  #tally: ColumnTally
  #edges: number[] | undefined
  #again: BinCounts | ColumnTally | undefined
  #feature: Feature | undefined
  readonly #config: Pick<ProfileConfig, 'bins' | 'categories'>
  readonly #limits: TallyLimits

  constructor(column: ChosenColumn, config: Pick<ProfileConfig, 'bins' | 'categories'>, limits: TallyLimits) {
    this.column = column
    this.#config = config
    this.#limits = limits
    this.#tally = new ColumnTally(limits, column.type)
  }

  /** Where the cells of the pass go. */
  get sink(): ColumnTally | BinCounts {
    return this.#again ?? this.#tally
  }

  get rows(): number {
    return this.#tally.rows
  }

  /** After the first pass: whether it needs another. */
  needsAgain(): boolean {
    const { column } = this
    const kind = kindOfColumn(column.name, this.#tally, column.type)
    if (kind.type === 'aside') {
      this.advice = column.isListed
        ? `${shownName(column.name)} ${kind.why}: of it only missing values are watched. Say \`type\` where it is a number or a category.`
        : `${shownName(column.name)} is left out: it ${kind.why}.`
      if (column.isListed) this.#feature = named(column, nothingNamed(this.#tally))
    } else if (kind.type === 'category') {
      if (kind.again) this.#again = new ColumnTally(this.#limits, 'category')
      else this.#feature = this.#categories(this.#tally)
    } else this.#countNumbers()
    return this.#again !== undefined
  }

  /** After the last pass. Undefined: it is left out, and `advice` says why. */
  feature(): Feature | undefined {
    const { column } = this
    if (this.#again instanceof ColumnTally) return this.#categories(this.#again)
    if (this.#again) return named(column, numberBins(this.#edges!, this.#again.counts))
    return this.#feature
  }

  #countNumbers(): void {
    const { numbers, missing, others } = this.#tally
    const sample = numbers.sample()
    const edges = wholeEdges(sample, FEW_VALUES) ?? frozenEdges(sample, this.column.bins ?? this.#config.bins)
    const { whole } = numbers
    if (whole) {
      const counts = new Float64Array(edges.length + 3)
      new EdgeGrid(edges).count(whole, counts)
      counts.set([missing, others], edges.length + 1)
      this.#feature = named(this.column, numberBins(edges, counts))
    } else {
      this.#edges = edges
      this.#again = new BinCounts(numberBins(edges, new Float64Array(edges.length + 3)))
    }
    numbers.forget()
    if (others > 0)
      this.advice = `${shownName(this.column.name)} holds something that is no number in ${count(others, 'row')}.`
  }

  /** Undefined, with advice, where its values name people and nobody has listed it. */
  #categories({ texts, missing, others }: ColumnTally): Feature | undefined {
    const { column } = this
    const counted = texts!.codes.values.map((name, code) => [name, texts!.counts[code] ?? 0] as const)
    if (!column.isListed && looksPersonal(column.name, texts!.codes.values)) {
      this.advice = `${shownName(column.name)} is left out: it looks personal by its values; \`profile.features\` counts it all the same.`
      return undefined
    }
    const bins = frequentCategories(counted, this.#config.categories, missing)
    return named(column, { ...bins, pooled: bins.pooled + others })
  }
}

// --- internal ---

function named({ name }: ChosenColumn, bins: Bins): Feature {
  return { name, ...bins }
}

/** @param vector in the order of `binNames` */
function numberBins(edges: number[], vector: Float64Array): Bins {
  const bins = edges.length + 1
  const pooled = vector[bins + 1]!
  return {
    type: 'number',
    edges,
    counts: [...vector.subarray(0, bins)],
    missing: vector[bins]!,
    ...(pooled > 0 && { pooled }),
  }
}

function nothingNamed({ rows, missing }: ColumnTally): Bins {
  return { type: 'category', categories: [], counts: [], missing, pooled: rows - missing }
}
