// The lines of git's protocol. https://git-scm.com/docs/protocol-common#_pkt_line_format

/** A line with its length before it. */
export function packetOf(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}

/** The lines of an answer; undefined where it is cut off or none. */
export function packetsIn(bytes: Buffer): Buffer[] | undefined {
  const packets: Buffer[] = []
  for (let from = 0; from < bytes.length; ) {
    const length = Number.parseInt(bytes.toString('latin1', from, from + 4), 16)
    if (Number.isNaN(length) || from + length > bytes.length || (length > 0 && length < 5)) return undefined
    if (length > 0) packets.push(bytes.subarray(from + 4, from + length))
    from += length || 4
  }
  return packets
}
