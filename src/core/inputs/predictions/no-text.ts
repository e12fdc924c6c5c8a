/** Files that are no text, as they come out of training under the name of a CSV file: what they are, and what to do. */

export interface NoText {
  what: string
  fix: string
}

/**
 * What keeps the first bytes of a file from being text; undefined where they are. By the signs that formats begin with, else by a
 * NUL, which git too takes for the mark of a binary file.
 */
export function whyNoText(bytes: Uint8Array): NoText | undefined {
  const found = FORMATS.find(({ begins }) => begins.every((byte, index) => bytes[index] === byte))
  if (found) return { what: `it is ${found.name}, not CSV`, fix: found.fix }
  const nul = bytes.subarray(0, LOOKED_AT).indexOf(0)
  if (nul < 0) return undefined
  return { what: `it is no text: byte ${nul + 1} is NUL`, fix: WRITE }
}

// --- internal ---

const LOOKED_AT = 8000
const WRITE = 'Write it as CSV in UTF-8, or as Parquet.'
const READ_ARROW = 'Write it as Parquet: `pandas.read_feather(file).to_parquet("predictions.parquet")`.'
const READ_STREAM =
  'Write it as Parquet: `pyarrow.parquet.write_table(pyarrow.ipc.open_stream(file).read_all(), "predictions.parquet")`.'
const PULL =
  'Fetch the file itself before: `git lfs pull`. The checkouts of most CIs leave such files out until they are told to.'
const PAGE = 'It may be an answer of a server that had no such file: look at what makes it.'
const READ_NUMPY =
  'Write it as Parquet, with a name for each column: `pandas.DataFrame(numpy.load(file), columns=[…]).to_parquet("predictions.parquet")`.'
const READ_PICKLE =
  'Where it is of your own making, write it as Parquet: `pandas.DataFrame(pandas.read_pickle(file)).to_parquet("predictions.parquet")`. Assay runs no pickle.'
const UNPACK = 'Unpack it before, or write it unpacked.'

/** https://en.wikipedia.org/wiki/List_of_file_signatures; `NUMPY` of numpy.lib.format, pickles of protocol 2 to 5. */
const FORMATS: readonly { name: string; begins: readonly number[]; fix: string }[] = [
  { name: 'a UTF-16 text', begins: [0xff, 0xfe], fix: 'Write it as UTF-8.' },
  { name: 'a UTF-16 text', begins: [0xfe, 0xff], fix: 'Write it as UTF-8.' },
  { name: 'packed by gzip', begins: [0x1f, 0x8b], fix: UNPACK },
  { name: 'packed by zstd', begins: [0x28, 0xb5, 0x2f, 0xfd], fix: UNPACK },
  { name: 'packed by bzip2', begins: signs('BZh91AY&SY'), fix: UNPACK },
  { name: 'packed by xz', begins: [0xfd, ...signs('7zXZ'), 0], fix: UNPACK },
  { name: 'a zip file (as Excel and `np.savez` write)', begins: [...signs('PK'), 3, 4], fix: WRITE },
  { name: 'a NumPy array', begins: [0x93, ...signs('NUMPY')], fix: READ_NUMPY },
  { name: 'an Arrow stream', begins: [0xff, 0xff, 0xff, 0xff], fix: READ_STREAM },
  { name: 'a pointer of Git LFS', begins: signs('version https://git-lfs.'), fix: PULL },
  { name: 'an HTML page', begins: signs('<!DOCTYPE '), fix: PAGE },
  { name: 'an Avro file', begins: [...signs('Obj'), 1], fix: WRITE },
  { name: 'a workbook of Excel', begins: [0xd0, 0xcf, 0x11, 0xe0], fix: WRITE },
  { name: 'packed by lz4', begins: [0x04, 0x22, 0x4d, 0x18], fix: UNPACK },
  { name: 'an Arrow or Feather file', begins: [...signs('ARROW1'), 0, 0], fix: READ_ARROW },
  { name: 'an HDF5 file', begins: [0x89, ...signs('HDF')], fix: WRITE },
  ...[2, 3, 4, 5].map(protocol => ({ name: 'a pickle', begins: [0x80, protocol], fix: READ_PICKLE })),
]

function signs(text: string): number[] {
  return [...text].map(sign => sign.charCodeAt(0))
}
