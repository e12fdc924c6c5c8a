import type { Envelope, Told } from './event.ts'
import { isObject, own, parseJsonText } from './json-text.ts'
import { decoded, parsePayload } from './payload.ts'

/**
 * The events in a body that anybody may have sent: a CloudEvent in binary mode (its attributes in `ce-` headers), structured or
 * batched; or plain JSON, an event or a list of them, and NDJSON with one a line. What is packed has been unpacked.
 *
 * @param unpack what is packed inside of an event: undefined where it cannot be read
 */
export function readEvents(
  body: Uint8Array,
  envelope: Envelope,
  unpack: (bytes: Uint8Array) => Uint8Array | undefined,
): Told[] {
  if (envelope.header('ce-id') !== undefined || envelope.header('ce-type') !== undefined) {
    const attributes = { id: envelope.header('ce-id'), time: envelope.header('ce-time') }
    return [cloudEvent(envelope, { ...attributes, type: envelope.header('ce-type') }, parsePayload(body))]
  }
  const text = decoded(body)
  if (text === undefined) return ['unreadable']
  const type = envelope.header('content-type') ?? ''
  const isLines = /\b(?:x-)?(?:ndjson|jsonl|jsonlines)\b/i.test(type)
  const whole = isLines ? undefined : parseJsonText(text)
  if (!whole) return lines(text).map(line => eventIn(parseJsonText(line), envelope, unpack))
  const { value } = whole
  return (Array.isArray(value) ? value : [value]).map(one => eventIn({ value: one }, envelope, unpack))
}

// --- internal ---

const TYPE = /^org\.kubeflow\.serving\.inference\.(request|response)$/
const LONGEST_ID = 256

/** An empty body is one line that cannot be read: nobody sends nothing. */
function lines(text: string): string[] {
  const full = text.split('\n').filter(line => line.trim() !== '')
  return full.length === 0 ? [''] : full
}

function eventIn(
  json: { value: unknown } | undefined,
  envelope: Envelope,
  unpack: (bytes: Uint8Array) => Uint8Array | undefined,
): Told {
  if (!isObject(json?.value)) return 'unreadable'
  const { value } = json
  if (own(value, 'specversion') === undefined) return plainEvent(envelope, value)
  const attributes = { id: own(value, 'id'), type: own(value, 'type'), time: own(value, 'time') }
  const base64 = own(value, 'data_base64')
  if (base64 === undefined) {
    const data = own(value, 'data')
    return cloudEvent(envelope, attributes, typeof data === 'string' ? parseJsonText(data) : { value: data })
  }
  const bytes = typeof base64 === 'string' ? unpack(Buffer.from(base64, 'base64')) : undefined
  return cloudEvent(envelope, attributes, bytes && parsePayload(bytes))
}

/** An event of a type that is not a logger's holds a plain one, which its attributes complete. */
function cloudEvent(
  envelope: Envelope,
  { id, type, time }: Record<'id' | 'type' | 'time', unknown>,
  json: { value: unknown } | undefined,
): Told {
  if (!json || typeof type !== 'string') return 'unreadable'
  const part = TYPE.exec(type)?.[1] as 'request' | 'response' | undefined
  if (part) return complete(envelope, { id, time }, part, insideOf(json.value))
  return isObject(json.value) ? plainEvent(envelope, json.value, { id, time }) : 'unreadable'
}

/** A model server that is asked by a CloudEvent answers by one: what a logger hands on is that, with the payload in it. */
function insideOf(payload: unknown): unknown {
  const isEvent = isObject(payload) && own(payload, 'specversion') !== undefined
  return isEvent ? own(payload, 'data') : payload
}

function plainEvent(envelope: Envelope, event: Record<string, unknown>, outer: Outer = {}): Told {
  const model = place(event, 'model', envelope.model)
  const release = place(event, 'release', envelope.release)
  if (model === CONTRADICTS || release === CONTRADICTS) return 'unreadable'
  const { id = outer.id, time = outer.time } = { id: own(event, 'id'), time: own(event, 'time') }
  return complete({ model, release }, { id, time }, 'whole', event)
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
}

function complete(
  { model, release }: Pick<Envelope, 'model' | 'release'>,
  { id, time }: Outer,
  part: 'whole' | 'request' | 'response',
  data: unknown,
): Told {
  const name = typeof id === 'number' ? String(id) : (id ?? undefined)
  const at = time === undefined || time === null ? undefined : instantOf(time)
  if (name !== undefined && (typeof name !== 'string' || name === '' || name.length > LONGEST_ID))
    return 'unreadable'
  if (at !== undefined && !Number.isFinite(at)) return 'unreadable'
  return { model, release, id: name, time: at, part, data }
}

/** A text as RFC 3339 has it, or a number since the epoch, in seconds or milliseconds. NaN for what is neither. */
function instantOf(time: unknown): number {
  if (typeof time === 'number') return time < 1e11 ? time * 1000 : time
  return typeof time === 'string' && /^\d{4}-\d\d-\d\d[Tt ]\d\d:/.test(time) ? Date.parse(time) : Number.NaN
}
