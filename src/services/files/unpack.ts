import { gunzipSync } from 'node:zlib'

/** Whether bytes begin as gzip does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** What gzip says at its end that it is unpacked, in bytes: nobody has seen to it that this is true. */
export function saidUnpacked(bytes: Uint8Array): number {
  const { buffer, byteOffset, length } = bytes
  return length < 4 ? 0 : new DataView(buffer, byteOffset, length).getUint32(length - 4, true)
}

/** Gzip unpacked; undefined for what is none, goes on with anything but zeros, or becomes more than `most` bytes. */
export function unpackGzip(bytes: Uint8Array, most: number): Uint8Array | undefined {
  try {
    // What `info: true` gives, the types of Node do not tell.
    const { buffer, engine } = gunzipSync(bytes, { maxOutputLength: most, info: true }) as unknown as {
      buffer: Uint8Array
      engine: { bytesWritten: number }
    }
    return bytes.subarray(engine.bytesWritten).every(byte => byte === 0) ? buffer : undefined
  } catch {
    return undefined
  }
}
