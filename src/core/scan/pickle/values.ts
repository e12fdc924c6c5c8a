/**
 * What stands on the stack of a pickle that is read and not loaded.
 *
 * A number is the place of a literal in the file, where it is read again if its value matters; so a file of many millions of them needs no
 * memory for their values.
 */
export type Value = number | Held | typeof OTHER

/** Something whose value decides nothing here: a list, an instance, a result. */
export const OTHER = null

export type Held = Import | Tuple | Dict | ArrayType | JoblibArray | Recalled

/** A name of a module, as it stands in the pickle. */
export interface Import {
  kind: 'import'
  name: string
  isKnown: boolean
  /** What was told of it: each once. */
  told: Set<'call' | 'changed_import'>
}

export interface Tuple {
  kind: 'tuple'
  items: readonly Value[]
}

/** Keys and values in turn, as they came. */
export interface Dict {
  kind: 'dict'
  entries: Value[]
  /** Whether `entries` are all. */
  isWhole: boolean
}

/** A `numpy.dtype`: what it was called with, and the state that it was given. */
export interface ArrayType {
  kind: 'dtype'
  called: Value
  /** `numpy.dtypes.StringDType`, whose items are objects. */
  isOfTexts?: true
  state?: Value
}

/** A `joblib.numpy_pickle.NumpyArrayWrapper`: the bytes of its array follow where its state was set. */
export interface JoblibArray {
  kind: 'joblib_array'
}

/** A literal that was taken from the memo, where that may be another one to another loader. */
export interface Recalled {
  kind: 'recalled'
  literal: number
}

/** More of one tuple or dict than this is not kept: what a joblib array says of itself is six. */
export const MOST_KEPT = 64

/**
 * Keeps what is put into a dict.
 *
 * @param items keys and values in turn; undefined: too many of them
 */
export function keepIn(into: Value, items: readonly Value[] | undefined): void {
  if (typeof into !== 'object' || into?.kind !== 'dict') return
  if (items && into.entries.length + items.length <= MOST_KEPT) into.entries.push(...items)
  else into.isWhole = false
}
