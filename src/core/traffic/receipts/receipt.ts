import { createHmac, timingSafeEqual } from 'node:crypto'

/** What an answer carried, so that its outcome finds the release and the bin of the score without a database. */
export interface Receipt {
  release: string
  /** When it was predicted, in milliseconds. */
  time: number
  /** Undefined where the model has no score. */
  scoreBin?: number
  /** Undefined where nothing is said. */
  prediction?: string
  /** As it stands there; empty where the server gave none, against the form. */
  id: string
  /** What no other receipt has. */
  mac: string
}

/** Keys by their names. An old one is good as long as it is here. */
export type ReceiptKeys = ReadonlyMap<string, string>

export const KEY_NAME = /^[A-Za-z0-9_-]{1,32}$/

/**
 * Reads a receipt, `release|time|score bin|prediction|id|key.mac`: time in seconds; prediction and id percent-encoded; the first 16
 * bytes of the HMAC-SHA256, as base64url without padding, of `model|release|time|score bin|prediction|id|key`. So it is good for
 * one model, and nothing in it can be changed.
 *
 * @returns undefined for whatever no key here has signed
 */
export function readReceipt(text: string, model: string, keys: ReceiptKeys): Receipt | undefined {
  const [, signed, release, time, bin, prediction, id, name, mac] =
    text.length <= LONGEST ? (FORM.exec(text) ?? []) : []
  const key = keys.get(name ?? '')
  if (signed === undefined || key === undefined) return undefined
  const right = createHmac('sha256', key).update(`${model}|${signed}`).digest().subarray(0, MAC_BYTES)
  if (!timingSafeEqual(right, Buffer.from(mac!, 'base64url'))) return undefined
  return {
    release: release!,
    time: Number(time) * 1000,
    ...(bin !== '' && { scoreBin: Number(bin) }),
    ...(prediction !== '' && { prediction: decoded(prediction!) }),
    id: id!,
    mac: mac!,
  }
}

// --- internal ---

const LONGEST = 1024
const MAC_BYTES = 16
/** 22 characters of base64url are 16 bytes, of which the last may be written in four ways: one of them is ours. */
const FORM =
  /^(([^|]+)\|(\d{1,12})\|(\d{0,3})\|([^|]*)\|([^|]*)\|([A-Za-z0-9_-]{1,32}))\.([A-Za-z0-9_-]{21}[AQgw])$/

/** Signed as it stands; one that is wrongly written is what it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
