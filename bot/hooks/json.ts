/** The value that bytes are JSON of; undefined where they are none. */
export function jsonOf(body: Buffer): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(UTF8.decode(body)) }
  } catch {
    return undefined
  }
}

// --- internal ---

const UTF8 = new TextDecoder('utf-8', { fatal: true })
