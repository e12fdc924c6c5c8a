/**
 * UTF-8, strictly: a byte order mark is dropped, anything invalid is an answer, never a replacement character.
 */
export function decodeUtf8(bytes: Uint8Array): { text: string } | { invalidAt: number } {
  const text = decoded(bytes)
  return text === undefined ? { invalidAt: firstInvalid(bytes) } : { text }
}

// --- internal ---

function decoded(bytes: Uint8Array, stream = false): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream })
  } catch {
    return undefined
  }
}

/** Offset of the byte at which the first invalid sequence starts. The decoder itself does not tell. */
function firstInvalid(bytes: Uint8Array): number {
  let valid = 0
  let failing = bytes.length + 1
  while (failing - valid > 1) {
    const middle = (valid + failing) >> 1
    if (middle <= bytes.length && decoded(bytes.subarray(0, middle), true) !== undefined) valid = middle
    else failing = middle
  }
  while (valid > 0 && decoded(bytes.subarray(0, valid)) === undefined) valid--
  return valid
}
