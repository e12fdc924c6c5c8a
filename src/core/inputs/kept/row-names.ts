import { createHmac } from 'node:crypto'

/** Bytes of the name of a row. */
export const NAME_BYTES = 16

/** What rows are called where they are kept: by a key that only the repository has, so that nobody else finds an id again. */
export interface RowNames {
  /** Of an id, 16 bytes: those of another key or another model say nothing of these. */
  of: (id: string) => Buffer
  /** Of what a prompt with its provider is called, which may be its text: 32 hex digits. */
  ofArm: (name: string) => string
  /** Tells whether two keys are the same: 8 hex digits. */
  key: string
}

/** HMAC-SHA-256 (RFC 2104) of model and id, cut to 128 bits: among a billion rows two meet with a chance of 1.5e-21. */
export function rowNames(key: string, model: string): RowNames {
  const hmac = (kind: string, text: string) =>
    createHmac('sha256', key).update(`assay ${kind} 1\0${model}\0${text}`).digest()
  return {
    of: id => hmac('row', id).subarray(0, NAME_BYTES),
    ofArm: name => hmac('arm', name).toString('hex', 0, NAME_BYTES),
    key: hmac('key', '').toString('hex', 0, 4),
  }
}
