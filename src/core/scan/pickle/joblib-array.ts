import type { ByteSource } from '../bytes/byte-source.ts'
import { Unscannable } from '../found/unscannable.ts'
import { isNone, textOf, wholeOf } from './literals.ts'
import type { ArrayType, Value } from './values.ts'

/**
 * How many bytes of an array follow what joblib says of it (`NumpyArrayWrapper` of joblib ≥ 1.1: one byte, as much padding as it says, then the
 * array); `pickled`: its items are objects, and a pickle follows.
 *
 * @param state what the wrapper is given
 * @throws Unscannable it is not as joblib saves it, so that what follows cannot be found
 */
export function arrayBytes(source: ByteSource, state: Value, at: number): number | 'pickled' {
  const refused = new Unscannable('array', at)
  if (typeof state !== 'object' || state?.kind !== 'dict' || !state.isWhole) throw refused
  const said = new Map<string, Value>()
  for (let index = 0; index + 1 < state.entries.length; index += 2) {
    const key = textOf(source, state.entries[index])
    if (key === undefined) throw refused
    said.set(key, state.entries[index + 1]!)
  }
  const [shape, type, alignment] = ['shape', 'dtype', 'numpy_array_alignment_bytes'].map(key => said.get(key))
  if (typeof type !== 'object' || type?.kind !== 'dtype') throw refused
  const size = itemSize(source, type)
  if (size === undefined) throw refused
  if (size === 'pickled') return size
  if (wholeOf(source, alignment) === undefined) throw refused
  if (typeof shape !== 'object' || shape?.kind !== 'tuple') throw refused
  const bytes = shape.items.reduce<number>(
    (product, item) => product * (wholeOf(source, item) ?? Number.NaN),
    size,
  )
  if (!Number.isSafeInteger(bytes)) throw refused
  return bytes
}

// --- internal ---

/** Of the names of NumPy's types: a letter and bytes, of text (`U`) four bytes a character. A record (`V`) has fields, each of a type. */
function itemSize(
  source: ByteSource,
  { called, state, isOfTexts }: ArrayType,
): number | 'pickled' | undefined {
  if (isOfTexts) return 'pickled'
  if (typeof called !== 'object' || called?.kind !== 'tuple') return undefined
  const [, letter, digits] = /^[<>|=]?([a-zA-Z])(\d{1,6})$/.exec(textOf(source, called.items[0]) ?? '') ?? []
  if (letter === undefined) return undefined
  if (letter === 'O') return 'pickled'
  const size = Number(digits)
  if (letter === 'V') return isRecord(source, state, size) ? size : undefined
  if (!'biufcSUMm'.includes(letter) || !isPlain(source, state)) return undefined
  return size * (letter === 'U' ? 4 : 1)
}

/** No fields, no shape of its own, and no flags by which its items would be objects: `(3, '<', None, None, None, -1, -1, 0)`. */
function isPlain(source: ByteSource, state: Value | undefined): boolean {
  if (state === undefined) return true
  if (typeof state !== 'object' || state?.kind !== 'tuple') return false
  const [, , subtype, names, fields, , , flags] = state.items
  return [subtype, names, fields].every(one => isNone(source, one)) && holdsNoObjects(source, flags)
}

/** `(3, '|', None, ('a', 'b'), {'a': (dtype, 0), 'b': (dtype, 8)}, 16, 1, 16)` */
function isRecord(source: ByteSource, state: Value | undefined, size: number): boolean {
  if (typeof state !== 'object' || state?.kind !== 'tuple') return false
  const [, , subtype, , fields, bytes, , flags] = state.items
  if (!isNone(source, subtype) || wholeOf(source, bytes) !== size || !holdsNoObjects(source, flags))
    return false
  if (typeof fields !== 'object' || fields?.kind !== 'dict' || !fields.isWhole) return false
  const types = fields.entries.filter((_, index) => index % 2 === 1)
  return types.every(field => {
    if (typeof field !== 'object' || field?.kind !== 'tuple') return false
    const [type] = field.items
    return typeof type === 'object' && type?.kind === 'dtype' && typeof itemSize(source, type) === 'number'
  })
}

/** `NPY_ITEM_HASOBJECT` is 1. */
function holdsNoObjects(source: ByteSource, flags: Value | undefined): boolean {
  const number = wholeOf(source, flags)
  return number !== undefined && number % 2 === 0
}
