import { formatCount } from '../../text/numbers.ts'
import { decodeUtf8 } from '../../text/utf8.ts'
import { NumberSink } from './cells/sinks.ts'
import { type StartTable, type TableTaker, unusable } from './columns.ts'
import type { CsvTable } from './csv.ts'
import { MAX_ROW_BYTES } from './csv-rows.ts'

/**
 * A table out of the bytes of a file with a JSON object on each line, as pandas writes it (`orient="records", lines=True`). The
 * first object says which columns there are. What may stand in a line is limited as in a row of CSV.
 */
export function jsonTable<T>(file: string, start: StartTable<T>): CsvTable<T> {
  let taker: TableTaker<T> | undefined
  let rows = 0
  let line = 0
  let rest = Buffer.alloc(0)

  const refuse = (what: string, fix = FIX): never => {
    throw unusable(file, what, fix, { line })
  }
  const takeLine = (bytes: Uint8Array): void => {
    line++
    const decoded = decodeUtf8(bytes)
    const text = 'text' in decoded ? decoded.text.replace(/^\ufeff/, '').trim() : refuse('it is not UTF-8')
    if (text === '') return
    const row = objectIn(text) ?? refuse('it is no JSON object')
    if (!taker) {
      const columns = Object.keys(row)
      taker = start(columns, { isNested: index => isNested(row[columns[index]!]) })
    }
    if (taker.needed.length === 0) return
    rows++
    if (rows > taker.mostRows)
      refuse(
        `it has more than ${formatCount(taker.mostRows)} rows`,
        'Write fewer rows: a part of them that was drawn by chance.',
      )
    takeCells(row, rows, taker)
  }
  return {
    push(piece) {
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece])
      let from = 0
      for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, from)) {
        takeLine(bytes.subarray(from, end))
        from = end + 1
      }
      rest = Buffer.from(bytes.subarray(from))
      if (rest.length > MAX_ROW_BYTES) {
        line++
        refuse(`a line of more than ${formatCount(MAX_ROW_BYTES)} bytes`)
      }
    },
    end() {
      // Where nothing more is needed, what came last may be half a line.
      if (taker?.needed.length !== 0) takeLine(rest)
      if (!taker) throw unusable(file, 'it is empty', 'Look whether what makes it writes into this file.')
      return taker.finish()
    },
    get isDone() {
      return taker?.needed.length === 0
    },
  }
}

// --- internal ---

const LF = 10
const FIX =
  'Write one JSON object on each line, as `frame.to_json(file, orient="records", lines=True)` does, or CSV or Parquet.'

/** Python writes `NaN` and `Infinity`, which JSON has not: they become null, no value. */
const STRINGS_AND_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g

function objectIn(text: string): Record<string, unknown> | undefined {
  const isPython = text.includes('NaN') || text.includes('Infinity')
  const standard = isPython
    ? text.replace(STRINGS_AND_NUMBERS, token => (token.startsWith('"') ? token : 'null'))
    : text
  try {
    const value: unknown = JSON.parse(standard)
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    // The engine's message quotes the text.
    return undefined
  }
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function takeCells<T>(row: Record<string, unknown>, count: number, taker: TableTaker<T>): void {
  for (const { name, sink } of taker.needed) {
    const value = Object.hasOwn(row, name) ? row[name] : undefined
    // Two ids that differ in the last digits alone would be one.
    const isCut = typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER
    const problem = sink.addValue(isNested(value) ? undefined : value)
    if (isCut && !(sink instanceof NumberSink))
      taker.wrongCell(name, count, 'is a number of more digits than JSON keeps: write it as a text')
    else if (isNested(value)) taker.wrongCell(name, count, 'is not a single value')
    else if (problem !== undefined) taker.wrongCell(name, count, problem)
  }
}
