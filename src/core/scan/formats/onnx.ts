import type { ByteSource } from '../bytes/byte-source.ts'
import { Cursor } from '../bytes/cursor.ts'
import type { Finding } from '../found/finding.ts'
import { Unscannable } from '../found/unscannable.ts'

/** ONNX has no magic: it is one where all of it is fields of a model, with the version of the format first and a graph. */
export function isOnnx(source: ByteSource): boolean {
  if (source.size < 4 || source.read(0, 1)[0] !== 0x08) return false
  try {
    const numbers = new Set<number>()
    for (const { number } of fieldsOf(source, 0, source.size)) {
      if (number > 25) return false
      numbers.add(number)
    }
    return numbers.has(IR_VERSION) && numbers.has(GRAPH)
  } catch (error) {
    if (error instanceof Unscannable) return false
    throw error
  }
}

/**
 * Files outside of the model's folder that its tensors would be read from (`external_data`, onnx.proto3).
 *
 * @throws Unscannable it is not as the format says
 */
export function onnxFindings(source: ByteSource): Finding[] {
  const outside = new Set<string>()
  visit(source, MODEL, 0, source.size, 0, location => {
    if (LEADS_OUT.test(location)) outside.add(location)
  })
  return [...outside].map(name => ({ kind: 'outside_file', name }))
}

// --- internal ---

const IR_VERSION = 1
const GRAPH = 7
const LONGEST_LOCATION = 4096
const DEEPEST = 64
/** Absolute, with a drive or a scheme, or up. */
const LEADS_OUT = /^[/\\]|^[A-Za-z][\w+.-]*:|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/

/** Fields of a message that hold messages of interest: their number → what they are. */
interface Message {
  inside: Readonly<Record<number, () => Message>>
  isEntry?: true
}
const ENTRY: Message = { inside: {}, isEntry: true }
const TENSOR: Message = { inside: { 13: () => ENTRY } }
const SPARSE: Message = { inside: { 1: () => TENSOR, 2: () => TENSOR } }
const ATTRIBUTE: Message = {
  inside: {
    5: () => TENSOR,
    6: () => GRAPHS,
    10: () => TENSOR,
    11: () => GRAPHS,
    22: () => SPARSE,
    23: () => SPARSE,
  },
}
const NODE: Message = { inside: { 5: () => ATTRIBUTE } }
const GRAPHS: Message = { inside: { 1: () => NODE, 5: () => TENSOR, 15: () => SPARSE } }
const FUNCTION: Message = { inside: { 7: () => NODE, 11: () => ATTRIBUTE } }
const TRAINING: Message = { inside: { 1: () => GRAPHS, 2: () => GRAPHS } }
const MODEL: Message = { inside: { 7: () => GRAPHS, 20: () => TRAINING, 25: () => FUNCTION } }

interface Field {
  number: number
  /** Where its bytes are, where it has some. */
  from: number
  to: number
}

function visit(
  source: ByteSource,
  message: Message,
  from: number,
  to: number,
  depth: number,
  tell: (location: string) => void,
): void {
  if (depth > DEEPEST) throw new Unscannable('deep', from)
  if (message.isEntry) {
    const location = locationOf(source, from, to)
    if (location !== undefined) tell(location)
    return
  }
  for (const field of fieldsOf(source, from, to)) {
    const inside = message.inside[field.number]
    if (inside && field.to > field.from) visit(source, inside(), field.from, field.to, depth + 1, tell)
  }
}

/** Of an entry whose key is `location`, the value. */
function locationOf(source: ByteSource, from: number, to: number): string | undefined {
  let [key, value] = ['', '']
  for (const field of fieldsOf(source, from, to)) {
    const text = () => {
      if (field.to - field.from > LONGEST_LOCATION) throw new Unscannable('long', field.from)
      return Buffer.from(source.read(field.from, field.to - field.from)).toString('utf8')
    }
    if (field.number === 1) key = text()
    if (field.number === 2) value = text()
  }
  return key === 'location' ? value : undefined
}

/** The fields of a message, in the wire format of protocol buffers. What is in them is skipped. */
function* fieldsOf(source: ByteSource, from: number, to: number): Generator<Field> {
  const cursor = new Cursor(source, from)
  while (cursor.at < to) {
    const tag = varint(cursor)
    const number = Math.floor(tag / 8)
    if (number === 0) throw new Unscannable('malformed', cursor.at)
    switch (tag % 8) {
      case 0: {
        varint(cursor)
        yield { number, from: cursor.at, to: cursor.at }
        break
      }
      case 1:
        cursor.skip(8)
        break
      case 2: {
        const length = varint(cursor)
        const at = cursor.at
        if (at + length > to) throw new Unscannable('ends', at)
        yield { number, from: at, to: at + length }
        cursor.skip(length)
        break
      }
      case 5:
        cursor.skip(4)
        break
      default:
        throw new Unscannable('malformed', cursor.at)
    }
  }
}

function varint(cursor: Cursor): number {
  let [value, scale] = [0, 1]
  for (let index = 0; index < 10; index++) {
    const byte = cursor.byte()
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return value
    scale *= 128
  }
  throw new Unscannable('malformed', cursor.at)
}
