/**
 * Headers of tar files (POSIX.1-2017, pax, "ustar Interchange Format") that say nothing of who made them, where or when: the same
 * files give the same bytes.
 */

export interface TarEntry {
  /** With `/` between folders, and at the end of a folder's. */
  name: string
  /** In bytes; 0 of a folder. */
  size: number
}

/**
 * What stands before the bytes of an entry: a header, before it the pax records of what has no room there (names that are longer
 * than 100 bytes or not ASCII, 8 GiB or more).
 */
export function tarHeader({ name, size }: TarEntry): Buffer {
  const isLong = Buffer.byteLength(name) > NAME || /[^\x20-\x7e]/.test(name)
  const isLarge = size > MOST_OCTAL
  const short = isLong ? `long/${name.endsWith('/') ? '/' : ''}` : name
  const records = [...(isLong ? [record('path', name)] : []), ...(isLarge ? [record('size', `${size}`)] : [])]
  const own = block(short, isLarge ? 0 : size, name.endsWith('/') ? '5' : '0')
  if (records.length === 0) return own
  const text = Buffer.concat(records)
  return Buffer.concat([
    block('PaxHeaders/long', text.length, 'x'),
    text,
    Buffer.alloc(tarPadding(text.length)),
    own,
  ])
}

/** Zeros between the bytes of an entry and the next header. */
export function tarPadding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK
}

/** Zeros that end a tar file. */
export const TAR_END = 1024

// --- internal ---

const BLOCK = 512
const NAME = 100
/** Eleven octal digits. */
const MOST_OCTAL = 8 ** 11 - 1

function block(name: string, size: number, type: '0' | '5' | 'x'): Buffer {
  const header = Buffer.alloc(BLOCK)
  header.write(name, 0, 'latin1')
  header.write(type === '5' ? '0000755\0' : '0000644\0', 100, 'latin1')
  header.write(`${octal(0, 7)}\0${octal(0, 7)}\0${octal(size, 11)}\0${octal(0, 11)}\0`, 108, 'latin1')
  header.write(' '.repeat(8), 148, 'latin1')
  header.write(type, 156, 'latin1')
  header.write('ustar\x0000', 257, 'latin1')
  // The sum of all bytes, with its own place as spaces.
  const sum = header.reduce((all, byte) => all + byte, 0)
  header.write(`${octal(sum, 6)}\0 `, 148, 'latin1')
  return header
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

/** `<length> key=value\n`, where the length counts itself. */
function record(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + `${rest}`.length
  while (`${length}`.length + rest !== length) length = rest + `${length}`.length
  return Buffer.from(`${length} ${key}=${value}\n`)
}
