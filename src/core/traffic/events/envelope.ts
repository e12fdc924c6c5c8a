import { type BodyBudget, spend, type Unpack, unpackWithin } from './body-budget.ts'
import type { Envelope, Told, Turns } from './event.ts'
import type { FlatEvents } from './flat-events.ts'
import { PIECE, parseInTurns } from './json-in-turns.ts'
import { isObject, own, parseJsonText } from './json-text.ts'
import { decoded, parsePayload } from './payload.ts'

/**
 * The event in a small body that holds one plain event and nothing else, as most do: to read it by turns costs more than the event.
 * Undefined for any other body.
 *
 * @param flat what reads events of the release at the address of the sender, where there is one
 */
export function smallEvent(body: Uint8Array, envelope: Envelope, flat?: FlatEvents): Told | undefined {
  if (body.length > PIECE || body[0] !== OPEN || isCloudEvent(envelope) || isLines(envelope)) return undefined
  const read = flat?.read(body)
  if (read) return plainEvent(envelope, read.event, {}, read.bins)
  const json = parseJsonText(decoded(body) ?? '')
  return isObject(json?.value) && own(json.value, 'specversion') === undefined
    ? plainEvent(envelope, json.value)
    : undefined
}

/**
 * The events in a body that anybody may have sent: a CloudEvent in binary mode (its attributes in `ce-` headers), structured or
 * batched; or plain JSON, an event or a list of them, and NDJSON with one a line. What is packed has been unpacked.
 *
 * @param unpack what is packed inside of an event
 * @yields each event; undefined where there may be a turn for something else. Of more events than the budget has, one that cannot be
 * read stands for the rest.
 */
export function* readEvents(
  body: Uint8Array,
  envelope: Envelope,
  unpack: Unpack,
  budget: BodyBudget,
): Generator<Told | undefined> {
  if (isCloudEvent(envelope)) {
    const attributes = {
      id: envelope.header('ce-id'),
      time: envelope.header('ce-time'),
      unit: envelope.header('ce-assayunit'),
    }
    const payload = yield* parsePayload(body, budget)
    yield cloudEvent(envelope, { ...attributes, type: envelope.header('ce-type') }, payload)
    return
  }
  const text = decoded(body)
  if (text === undefined) return yield 'unreadable'
  const whole = isLines(envelope) ? undefined : yield* parseInTurns(text, budget)
  for (const one of whole ? valuesIn(whole.value) : lines(text)) {
    if (one === undefined) {
      yield
      continue
    }
    if (!spend(budget, 'events', 1)) return yield 'unreadable'
    const json = typeof one === 'string' ? yield* parseInTurns(one, budget) : one
    yield yield* eventIn(json, envelope, unpack, budget)
  }
}

// --- internal ---

const TYPE = /^org\.kubeflow\.serving\.inference\.(request|response)$/
const OPEN = '{'.charCodeAt(0)
const LINES = /\b(?:x-)?(?:ndjson|jsonl|jsonlines)\b/i
const LONGEST_ID = 256
const LINES_OF_TURN = 1024

function isCloudEvent({ header }: Envelope): boolean {
  return header('ce-id') !== undefined || header('ce-type') !== undefined
}

function isLines({ header }: Envelope): boolean {
  return LINES.test(header('content-type') ?? '')
}

function* valuesIn(value: unknown): Generator<{ value: unknown }> {
  for (const one of Array.isArray(value) ? value : [value]) yield { value: one }
}

/** Lines that are not empty, and undefined after many that are. An empty body is one line that cannot be read: nobody sends nothing. */
function* lines(text: string): Generator<string | undefined> {
  let isEmpty = true
  let passed = 0
  for (let from = 0; from < text.length; ) {
    const next = text.indexOf('\n', from)
    const line = text.slice(from, next < 0 ? text.length : next)
    from += line.length + 1
    if (line.trim() !== '') {
      isEmpty = false
      yield line
    } else if (++passed % LINES_OF_TURN === 0) yield
  }
  if (isEmpty) yield ''
}

function* eventIn(
  json: { value: unknown } | undefined,
  envelope: Envelope,
  unpack: Unpack,
  budget: BodyBudget,
): Turns<Told> {
  if (!isObject(json?.value)) return 'unreadable'
  const { value } = json
  if (own(value, 'specversion') === undefined) return plainEvent(envelope, value)
  const attributes = {
    id: own(value, 'id'),
    type: own(value, 'type'),
    time: own(value, 'time'),
    unit: own(value, 'assayunit'),
  }
  const base64 = own(value, 'data_base64')
  if (base64 === undefined) {
    const data = own(value, 'data')
    const inside = typeof data === 'string' ? yield* parseInTurns(data, budget) : { value: data }
    return cloudEvent(envelope, attributes, inside)
  }
  const packed = typeof base64 === 'string' ? Buffer.from(base64, 'base64') : undefined
  const bytes = packed && unpackWithin(packed, unpack, budget)
  return cloudEvent(envelope, attributes, bytes && (yield* parsePayload(bytes, budget)))
}

/** An event of a type that is not a logger's holds a plain one, which its attributes complete. */
function cloudEvent(
  envelope: Envelope,
  { id, type, time, unit }: Record<'id' | 'type' | 'time' | 'unit', unknown>,
  json: { value: unknown } | undefined,
): Told {
  if (!json || typeof type !== 'string') return 'unreadable'
  const part = TYPE.exec(type)?.[1] as 'request' | 'response' | undefined
  if (part) return complete(envelope, { id, time, unit }, part, insideOf(json.value))
  return isObject(json.value) ? plainEvent(envelope, json.value, { id, time, unit }) : 'unreadable'
}

/** A model server that is asked by a CloudEvent answers by one: what a logger hands on is that, with the payload in it. */
function insideOf(payload: unknown): unknown {
  const isEvent = isObject(payload) && own(payload, 'specversion') !== undefined
  return isEvent ? own(payload, 'data') : payload
}

function plainEvent(
  envelope: Envelope,
  event: Record<string, unknown>,
  outer: Outer = {},
  bins?: Uint16Array,
): Told {
  const model = place(event, 'model', envelope.model)
  const release = place(event, 'release', envelope.release)
  if (model === CONTRADICTS || release === CONTRADICTS) return 'unreadable'
  const {
    id = outer.id,
    time = outer.time,
    unit = outer.unit,
  } = {
    id: own(event, 'id'),
    time: own(event, 'time'),
    unit: own(event, 'unit'),
  }
  return complete({ model, release, header: envelope.header }, { id, time, unit }, 'whole', event, bins)
}

const CONTRADICTS = Symbol('another than the address says, or no name at all')

/** What an event says of where it belongs, and its address: either alone, or both the same. */
function place(
  event: Record<string, unknown>,
  name: 'model' | 'release',
  address: string | undefined,
): string | undefined | typeof CONTRADICTS {
  const value = own(event, name)
  if (value === undefined || value === null || value === address) return address
  return address === undefined && typeof value === 'string' ? value : CONTRADICTS
}

interface Outer {
  id?: unknown
  time?: unknown
  unit?: unknown
}

function complete(
  { model, release, header }: Envelope,
  { id, time, unit = header('x-assay-unit') }: Outer,
  part: 'whole' | 'request' | 'response',
  data: unknown,
  bins?: Uint16Array,
): Told {
  const name = typeof id === 'number' ? String(id) : (id ?? undefined)
  const at = time === undefined || time === null ? undefined : instantOf(time)
  if (name !== undefined && (typeof name !== 'string' || name === '' || name.length > LONGEST_ID))
    return 'unreadable'
  if (at !== undefined && !Number.isFinite(at)) return 'unreadable'
  return { model, release, id: name, unit: unitOf(unit), time: at, part, data, bins }
}

/** What is no name of anybody is none: the event counts as what it is all the same. */
function unitOf(unit: unknown): string | undefined {
  if (typeof unit === 'number') return String(unit)
  return typeof unit === 'string' ? unit : undefined
}

/** A text as RFC 3339 has it, or a number since the epoch, in seconds or milliseconds. NaN for what is neither. */
export function instantOf(time: unknown): number {
  if (typeof time === 'number') return time < 1e11 ? time * 1000 : time
  return typeof time === 'string' && /^\d{4}-\d\d-\d\d[Tt ]\d\d:/.test(time) ? Date.parse(time) : Number.NaN
}
