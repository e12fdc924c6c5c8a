/** What words say of right and wrong in a column of scores: 1 or 0; undefined of any other text. */
export function markOf(text: string): 0 | 1 | undefined {
  return MARKS.get(text.trim().toLowerCase())
}

// --- internal ---

/** As Python, judges and people write them; of JSON and Parquet true and false are values. */
const MARKS = new Map<string, 0 | 1>([
  ['true', 1],
  ['false', 0],
  ['yes', 1],
  ['no', 0],
  ['pass', 1],
  ['fail', 0],
  ['passed', 1],
  ['failed', 0],
  ['correct', 1],
  ['incorrect', 0],
])
