import { gunzipSync } from 'node:zlib'

/** Gzip unpacked; undefined for what is none, or becomes more than `most` bytes. */
export function unpackGzip(bytes: Uint8Array, most: number): Uint8Array | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: most })
  } catch {
    return undefined
  }
}
