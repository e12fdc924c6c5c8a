import { crc32, deflateRawSync } from 'node:zlib'

/** A file in an archive, with what its headers say of it where that is not so. */
export interface Packed {
  name: string
  content: Buffer | string
  says?: { size?: number; packed?: number; crc?: number; method?: number; flags?: number; offset?: number }
}

/** A zip archive as no uploader makes it. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
export function packed(files: readonly Packed[], { count = files.length, listedAt = 0 } = {}): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name: path, content, says = {} } of files) {
    const name = Buffer.from(path)
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    const { stored, crc } = bytes === ZEROS ? squeezedZeros() : squeezed(bytes)
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt16LE(says.flags ?? 0x800, 2)
    shared.writeUInt16LE(says.method ?? 8, 4)
    shared.writeUInt32LE(says.crc ?? crc, 10)
    shared.writeUInt32LE(says.packed ?? stored.length, 14)
    shared.writeUInt32LE(says.size ?? bytes.length, 18)
    shared.writeUInt16LE(name.length, 22)
    parts.push(signature(0x04034b50), shared, name, stored)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(says.offset ?? at, 10)
    directory.push(signature(0x02014b50), Buffer.from([20, 0]), shared, rest, name)
    at += 4 + shared.length + name.length + stored.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(count, 4)
  end.writeUInt16LE(count, 6)
  end.writeUInt32LE(listed.length, 8)
  end.writeUInt32LE(at + listedAt, 12)
  return Buffer.concat([...parts, listed, signature(0x06054b50), end])
}

const ZEROS = Buffer.alloc(64 * 1024 * 1024)
const squeezed = (bytes: Buffer) => ({ stored: deflateRawSync(bytes), crc: crc32(bytes) })
let zeros: ReturnType<typeof squeezed> | undefined
/** Made once: of 64 MiB that takes a third of a second. */
function squeezedZeros() {
  zeros ??= squeezed(ZEROS)
  return zeros
}
const MANY = Array.from({ length: 4001 }, (_, at) => ({ name: `${at}`, content: '' }))
const BOMB = packed([{ name: 'result.json', content: ZEROS }])
const LIAR = packed([{ name: 'result.json', content: ZEROS, says: { size: 900_000 } }])

/** Archives that want to harm whoever unpacks them, each with why it is refused. */
export const HOSTILE_ZIPS: Record<string, { bytes: Buffer; why: RegExp }> = {
  'a bomb': { bytes: BOMB, why: /larger than 1024 KiB/ },
  'a bomb that says it is small': { bytes: LIAR, why: /cannot be unpacked/ },
  'a size below the true one': {
    bytes: packed([{ name: 'result.json', content: 'x'.repeat(1000), says: { size: 10 } }]),
    why: /cannot be unpacked/,
  },
  'a size above the true one': {
    bytes: packed([{ name: 'result.json', content: 'x', says: { size: 1000 } }]),
    why: /cannot be unpacked/,
  },
  'a packed size beyond the end': {
    bytes: packed([{ name: 'result.json', content: 'x', says: { packed: 0x7fffffff } }]),
    why: /cannot be unpacked/,
  },
  'a path that leads out': {
    bytes: packed([{ name: '../result.json', content: '{}' }]),
    why: /invalid relative path/,
  },
  'a path from the root': { bytes: packed([{ name: '/etc/passwd', content: '{}' }]), why: /absolute path/ },
  'a path of another system': {
    bytes: packed([{ name: '..\\result.json', content: '{}' }]),
    why: /invalid characters/,
  },
  'one name twice': {
    bytes: packed([
      { name: 'result.json', content: '{"a": 1}' },
      { name: 'result.json', content: '{"a": 2}' },
    ]),
    why: /holds result\.json twice/,
  },
  'more files than any': { bytes: packed(MANY), why: /holds 4001 files/ },
  'a count that lies': {
    bytes: packed([{ name: 'result.json', content: '{}' }], { count: 3 }),
    why: /cannot be unpacked/,
  },
  'a list that is elsewhere': {
    bytes: packed([{ name: 'result.json', content: '{}' }], { listedAt: 5 }),
    why: /cannot be unpacked/,
  },
  'a file where none is': {
    bytes: packed([{ name: 'result.json', content: '{}', says: { offset: 3 } }]),
    why: /cannot be unpacked/,
  },
  'an unknown way of packing': {
    bytes: packed([{ name: 'result.json', content: '{}', says: { method: 93 } }]),
    why: /unsupported compression/,
  },
  'a file behind a password': {
    bytes: packed([{ name: 'result.json', content: '{}', says: { flags: 1 } }]),
    why: /encrypted/,
  },
  'no list at all': { bytes: Buffer.from('PK\x03\x04 and nothing more'), why: /cannot be unpacked/ },
}

// --- internal ---

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
