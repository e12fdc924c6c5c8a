import { type BodyBudget, MOST_TEXTS, spend } from './body-budget.ts'
import type { Turns } from './event.ts'
import { parseInTurns } from './json-in-turns.ts'
import { isObject, own } from './json-text.ts'

/**
 * What a model server was sent or answered: JSON; or the JSON of Open Inference Protocol tensors whose values lie behind it (its
 * binary tensor extension, what KServe's client sends unless told otherwise), which are then in their `data` as if they were JSON.
 * Where the JSON ends stands in a header that a logger does not hand on, so it ends where its first object does.
 *
 * @returns undefined where it is neither, or more than the budget has left
 */
export function* parsePayload(bytes: Uint8Array, budget: BodyBudget): Turns<{ value: unknown } | undefined> {
  const text = decoded(bytes)
  const whole = text === undefined ? undefined : yield* parseInTurns(text, budget)
  if (whole) return whole
  const end = yield* endOfObject(bytes)
  if (end === undefined || end === bytes.length) return undefined
  const head = yield* parseInTurns(decoded(bytes.subarray(0, end)) ?? '', budget)
  yield
  return head && isObject(head.value) && takeValues(head.value, bytes.subarray(end), budget)
    ? head
    : undefined
}

/** UTF-8 as text; undefined for other bytes. */
export function decoded(bytes: Uint8Array): string | undefined {
  try {
    return DECODER.decode(bytes)
  } catch {
    return undefined
  }
}

// --- internal ---

const DECODER = new TextDecoder('utf-8', { fatal: true })
const [QUOTE, BACKSLASH, OPEN, CLOSE] = [...'"\\{}'].map(char => char.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
]

const BYTES_OF_TURN = 2 ** 18

/** Where the object ends that the bytes begin with. */
function* endOfObject(bytes: Uint8Array): Turns<number | undefined> {
  if (bytes[0] !== OPEN) return undefined
  let depth = 0
  let isText = false
  for (let at = 0; at < bytes.length; at++) {
    if (at % BYTES_OF_TURN === 0) yield
    const byte = bytes[at]
    if (isText) {
      if (byte === BACKSLASH) at++
      else if (byte === QUOTE) isText = false
    } else if (byte === QUOTE) isText = true
    else if (byte === OPEN) depth++
    else if (byte === CLOSE && --depth === 0) return at + 1
  }
  return undefined
}

/** Gives each tensor its values, in order. False where they are not all there, or something is left. */
function takeValues(body: Record<string, unknown>, values: Uint8Array, budget: BodyBudget): boolean {
  const tensors = own(body, Array.isArray(own(body, 'inputs')) ? 'inputs' : 'outputs')
  if (!Array.isArray(tensors)) return false
  let from = 0
  for (const tensor of tensors) {
    const size = sizeOf(tensor)
    if (size === undefined || Array.isArray(own(tensor, 'data'))) continue
    const reader = from + size <= values.length && READERS.get(own(tensor, 'datatype'))
    if (!reader || !spend(budget, 'values', Math.ceil(size / reader.width))) return false
    const data = reader.read(new DataView(values.buffer, values.byteOffset + from, size))
    if (!data) return false
    tensor.data = data
    from += size
  }
  return from === values.length
}

function sizeOf(tensor: Record<string, unknown>): number | undefined {
  const parameters = isObject(tensor) ? own(tensor, 'parameters') : undefined
  const size = isObject(parameters) ? own(parameters, 'binary_data_size') : undefined
  return Number.isSafeInteger(size) && (size as number) >= 0 ? (size as number) : undefined
}

interface Reader {
  /** Bytes of a value, of a text at least. */
  width: number
  read(view: DataView): unknown[] | undefined
}

/** Little-endian, in the order of rows. */
const READERS: ReadonlyMap<unknown, Reader> = new Map<string, Reader>([
  ['BOOL', numbers(1, (view, at) => view.getUint8(at) !== 0)],
  ['INT8', numbers(1, (view, at) => view.getInt8(at))],
  ['INT16', numbers(2, (view, at) => view.getInt16(at, true))],
  ['INT32', numbers(4, (view, at) => view.getInt32(at, true))],
  ['INT64', numbers(8, (view, at) => Number(view.getBigInt64(at, true)))],
  ['UINT8', numbers(1, (view, at) => view.getUint8(at))],
  ['UINT16', numbers(2, (view, at) => view.getUint16(at, true))],
  ['UINT32', numbers(4, (view, at) => view.getUint32(at, true))],
  ['UINT64', numbers(8, (view, at) => Number(view.getBigUint64(at, true)))],
  ['FP16', numbers(2, (view, at) => half(view.getUint16(at, true)))],
  ['FP32', numbers(4, (view, at) => view.getFloat32(at, true))],
  ['FP64', numbers(8, (view, at) => view.getFloat64(at, true))],
  ['BYTES', { width: 4, read: texts }],
])

function numbers(width: number, at: (view: DataView, offset: number) => unknown): Reader {
  return {
    width,
    read(view) {
      if (view.byteLength % width !== 0) return undefined
      const found: unknown[] = []
      for (let offset = 0; offset < view.byteLength; offset += width) found.push(at(view, offset))
      return found
    },
  }
}

/** Each with its length before it, in four bytes. */
function texts(view: DataView): unknown[] | undefined {
  const found: string[] = []
  let at = 0
  while (at < view.byteLength) {
    if (at + 4 > view.byteLength || found.length >= MOST_TEXTS) return undefined
    const length = view.getUint32(at, true)
    at += 4
    if (at + length > view.byteLength) return undefined
    const text = decoded(new Uint8Array(view.buffer, view.byteOffset + at, length))
    if (text === undefined) return undefined
    found.push(text)
    at += length
  }
  return found
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 0x1f, bits & 0x3ff]
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25))
}
