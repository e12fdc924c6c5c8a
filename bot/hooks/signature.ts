import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** HMAC-SHA256 of bytes. */
export function hmac(key: string | Buffer, ...parts: (string | Buffer)[]): Buffer {
  const made = createHmac('sha256', key)
  for (const part of parts) made.update(part)
  return made.digest()
}

/** Whether two values are equal, in a time that says nothing of where they differ, nor of how long the secret one is. */
export function isSame(given: string | Buffer, secret: string | Buffer): boolean {
  return timingSafeEqual(digest(given), digest(secret))
}

/** Whether a value is one of some secrets. All are compared: which one it is takes no time either. */
export function isOneOf(given: string | Buffer, secrets: readonly (string | Buffer)[]): boolean {
  return secrets.map(secret => isSame(given, secret)).includes(true)
}

// --- internal ---

function digest(value: string | Buffer): Buffer {
  return createHash('sha256').update(value).digest()
}
