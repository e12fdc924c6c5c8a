/** What the header of an array says of the bytes behind it. */
export interface NumpyHeader {
  /** They are a pickle. */
  hasObjects: boolean
  /** How many they are where they are none. */
  bytes: bigint
}

/**
 * Reads the header of a `.npy`: a literal of Python, which NumPy evaluates. Only what NumPy writes itself is read (numpy/lib/_format_impl.py,
 * `_write_array_header` and `dtype_to_descr`): the three keys in their order, types by their short names, no escapes and no texts side by side
 * but in the names of fields. NumPy takes much more for an array of objects than that, so all else is none that can be told.
 *
 * @returns undefined: it is written otherwise
 */
export function readNumpyHeader(text: string): NumpyHeader | undefined {
  const reading: Reading = { text, at: 0 }
  if (!take(reading, /\{'descr': /y)) return undefined
  const type = readType(reading, 0)
  if (!type || !take(reading, /, 'fortran_order': (?:True|False), 'shape': /y)) return undefined
  const items = readShape(reading)
  if (items === undefined || !take(reading, /, \} *\n?$/y)) return undefined
  return { hasObjects: type.hasObjects, bytes: type.size * items }
}

// --- internal ---

interface Reading {
  text: string
  at: number
}

interface Type {
  hasObjects: boolean
  /** In bytes. */
  size: bigint
}

const DEEPEST = 32
const OBJECT = /'\|O'/y
/** numpy/_core/_dtype.py, `_array_descr` and `dtype.str`: the order of the bytes, the kind, the size, the unit of a time. */
const PLAIN = /'[<>|]([biufcmMSUV])(\d{1,9})(?:\[\d{0,9}[A-Za-z]{1,3}\])?'/y
/** A name may be any text, as `repr` writes it. */
const NAME = /'(?:[^'\\\n]|\\[^\n])*'|"(?:[^"\\\n]|\\[^\n])*"/y

function take(reading: Reading, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reading.at
  const found = pattern.exec(reading.text) ?? undefined
  if (found) reading.at = pattern.lastIndex
  return found
}

function readType(reading: Reading, depth: number): Type | undefined {
  if (take(reading, OBJECT)) return { hasObjects: true, size: 0n }
  const plain = take(reading, PLAIN)
  // A character of text has four bytes.
  if (plain) return { hasObjects: false, size: BigInt(plain[2]!) * (plain[1] === 'U' ? 4n : 1n) }
  return depth < DEEPEST && take(reading, /\[/y) ? readFields(reading, depth) : undefined
}

/** `('a', '<f8'), ('b', '<i4', (2,))]`; a field may have a title as well: `(('title', 'a'), '<f8')`. */
function readFields(reading: Reading, depth: number): Type | undefined {
  const whole: Type = { hasObjects: false, size: 0n }
  if (take(reading, /\]/y)) return whole
  do {
    if (!take(reading, /\(/y) || !readName(reading) || !take(reading, /, /y)) return undefined
    const type = readType(reading, depth + 1)
    const items = take(reading, /, (?=\()/y) ? readShape(reading) : 1n
    if (!type || items === undefined || !take(reading, /\)/y)) return undefined
    whole.hasObjects ||= type.hasObjects
    whole.size += type.size * items
  } while (take(reading, /, /y))
  return take(reading, /\]/y) ? whole : undefined
}

function readName(reading: Reading): boolean {
  if (!take(reading, /\(/y)) return take(reading, NAME) !== undefined
  return [NAME, /, /y, NAME, /\)/y].every(one => take(reading, one) !== undefined)
}

/** `()`, `(3,)`, `(2, 3)`, in Python 2 `(3L,)`: how many items that are. */
function readShape(reading: Reading): bigint | undefined {
  const found = take(reading, /\((|\d{1,19}L?,|\d{1,19}L?(?:, \d{1,19}L?){1,63})\)/y)
  return found && (found[1]!.match(/\d+/g) ?? []).reduce((items, size) => items * BigInt(size), 1n)
}
