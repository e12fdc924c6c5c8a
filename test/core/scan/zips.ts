import { crc32, deflateRawSync } from 'node:zlib'

export interface Entry {
  name: string
  content: Uint8Array
  deflate?: boolean
  /** What it says, where that is not so. */
  localName?: string
  flags?: number
  localFlags?: number
  method?: number
  size?: number
  crc?: number
}

/** An archive, honest unless it is told to lie. */
export function zipOf(entries: readonly Entry[]): Uint8Array {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const entry of entries) {
    const data = Buffer.from(entry.deflate ? deflateRawSync(entry.content) : entry.content)
    const method = entry.method ?? (entry.deflate ? 8 : 0)
    const crc = entry.crc ?? crc32(entry.content)
    const size = entry.size ?? entry.content.length
    const header = (isLocal: boolean) => {
      const name = Buffer.from(isLocal ? (entry.localName ?? entry.name) : entry.name)
      const flags = isLocal ? (entry.localFlags ?? entry.flags ?? 0) : (entry.flags ?? 0)
      const fixed = Buffer.alloc(isLocal ? 30 : 46)
      fixed.writeUInt32LE(isLocal ? 0x04034b50 : 0x02014b50, 0)
      const from = isLocal ? 4 : 6
      fixed.writeUInt16LE(20, isLocal ? 4 : 6)
      fixed.writeUInt16LE(flags, from + 2)
      fixed.writeUInt16LE(method, from + 4)
      fixed.writeUInt32LE(crc, from + 10)
      fixed.writeUInt32LE(data.length, from + 14)
      fixed.writeUInt32LE(size, from + 18)
      fixed.writeUInt16LE(name.length, from + 22)
      if (!isLocal) fixed.writeUInt32LE(at, 42)
      return Buffer.concat([fixed, name])
    }
    directory.push(header(false))
    const local = header(true)
    parts.push(local, data)
    at += local.length + data.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, list, end])
}
