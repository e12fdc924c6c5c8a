import * as z from 'zod'
import { canonicalLabel } from '../../inputs/predictions/cells/cell.ts'
import { count } from '../../text/numbers.ts'
import { visible } from '../../text/visible-text.ts'

/** One feature as a release was accepted on it: frozen bins, and how many rows of the reference lie in each. */

/** A hundredth of the rows is as fine as drift can be seen. */
export const MOST_BINS = 100
export const MOST_CATEGORIES = 200
export const LONGEST_NAME = 200

/**
 * Whether a text may name a feature or a category. What begins with two underscores is ours (`__missing__`), and characters that
 * nobody sees let one name pose as another.
 */
export function isTrafficName(name: string): boolean {
  return (
    name !== '' &&
    name.length <= LONGEST_NAME &&
    name === name.trim() &&
    !name.startsWith('__') &&
    visible(name) === name
  )
}

const TrafficName = z
  .string()
  .refine(
    isTrafficName,
    `a name has 1 to ${LONGEST_NAME} visible characters and begins with neither a space nor \`__\``,
  )
export const CategoryName = TrafficName.refine(
  name => canonicalLabel(name) === name,
  'a category is spelt as it is compared: `1` for `1.0` and for `true`',
)
/** Of a profile, and of live traffic in a window. Sums over all bins are exact far beyond it, and no table has so many rows. */
export const MOST_ROWS = 1e12
export const Count = z.int().nonnegative().max(MOST_ROWS)

/** Whether a number, wherever it came from, can be a count of rows: a whole one from 0 on. */
export function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MOST_ROWS
}

export const Edges = z
  .array(z.number())
  .max(MOST_BINS - 1)
  .superRefine((edges, { addIssue }) => {
    const wrong = edges.findIndex((edge, index) => index > 0 && !(edge > edges[index - 1]!))
    if (wrong > 0) addIssue({ code: 'custom', message: `edge ${wrong} is not above the one before it` })
  })
  .describe('Strictly ascending. A value on an edge belongs to the bin above.')

const numbers = {
  type: z.literal('number'),
  edges: Edges,
  counts: z.array(Count).describe('Rows below the first edge, between edges, above the last.'),
  missing: Count.describe('Rows without a value: null, NaN, empty.'),
  pooled: Count.optional().describe(
    'Rows that hold no finite number and yet something: live ones are counted as new.',
  ),
}
const categories = {
  type: z.literal('category'),
  categories: z
    .array(CategoryName)
    .max(MOST_CATEGORIES)
    .refine(names => new Set(names).size === names.length, 'a category stands here twice'),
  counts: z.array(Count).describe('Rows of each category.'),
  missing: Count.describe('Rows without a value.'),
  pooled: Count.describe('Rows of all other categories, which are not named: live ones are counted as new.'),
}

/** The bins of a feature that has no name of its own. */
export const Bins = z.discriminatedUnion('type', [
  z.strictObject(numbers).superRefine(countsFitEdges),
  z.strictObject(categories).superRefine(countsFitCategories),
])
export type Bins = z.infer<typeof Bins>

export const Feature = z.discriminatedUnion('type', [
  z.strictObject({ name: TrafficName, ...numbers }).superRefine(countsFitEdges),
  z.strictObject({ name: TrafficName, ...categories }).superRefine(countsFitCategories),
])
export type Feature = z.infer<typeof Feature>

// --- internal ---

interface Adding {
  addIssue: (issue: { code: 'custom'; message: string; path: string[] }) => void
}

function countsFitEdges(
  { edges, counts }: { edges: number[]; counts: number[] },
  { addIssue }: Adding,
): void {
  if (counts.length !== edges.length + 1)
    addIssue({
      code: 'custom',
      path: ['counts'],
      message: `${count(edges.length, 'edge')} make ${edges.length + 1} bins, and there are ${counts.length}`,
    })
}

function countsFitCategories(
  { categories, counts }: { categories: string[]; counts: number[] },
  { addIssue }: Adding,
): void {
  if (counts.length !== categories.length)
    addIssue({
      code: 'custom',
      path: ['counts'],
      message: `there are ${count(categories.length, 'name')} of categories and ${count(counts.length, 'count')}`,
    })
}
