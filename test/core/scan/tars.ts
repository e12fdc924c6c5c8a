/** Writes a tar archive as POSIX.1-1988 says, honest unless it is told to lie. */
export interface TarFile {
  name: string
  content?: Uint8Array
  /** `2`: a symbolic link. */
  type?: string
  link?: string
  checksum?: number
}

export function tarOf(files: readonly TarFile[], after: Uint8Array = new Uint8Array(1024)): Uint8Array {
  return Buffer.concat([...files.flatMap(file => blocksOf(file)), after])
}

function blocksOf({ name, content = new Uint8Array(0), type = '0', link = '', checksum }: TarFile): Buffer[] {
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write('0000644\0', 100)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write(' '.repeat(8), 148)
  header.write(type, 156)
  header.write(link, 157)
  header.write('ustar\x0000', 257)
  const sum = checksum ?? header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return [header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)]
}
