import { maskDataPath, maskPersonalData } from '../../secrets/secrets.ts'

/** A piece of data, as its line says it. */
export interface DataPiece {
  path: string
  /** Its kind and itself. */
  hash: string
  bytes?: number
  files?: number
}

/** A line of `dataVersions` read back, of older ones the path masked too; undefined for what is none, such as `and 3 more`. */
export function dataPiece(line: string): DataPiece | undefined {
  const [, path, hash, bytes, files] = LINE.exec(line) ?? []
  if (path === undefined || hash === undefined) return undefined
  return {
    path: maskDataPath(path),
    hash,
    ...(bytes !== undefined && { bytes: Number(bytes) }),
    ...(files !== undefined && { files: Number(files) }),
  }
}

/** Whether DVC has this piece, so that `dvc pull` can bring it. */
export function isOfDvc({ hash }: DataPiece): boolean {
  return !hash.startsWith('sha256 ')
}

export interface DataChanges {
  added: DataPiece[]
  removed: DataPiece[]
  changed: { before: DataPiece; now: DataPiece }[]
}

/** What is other data in `now` than in `before`, by path. Sizes alone are no change: older lines have none. */
export function dataChanges(before: readonly string[], now: readonly string[]): DataChanges {
  const [old, own] = [before, now].map(byPath)
  return {
    added: [...own!].flatMap(([place, piece]) => (old!.has(place) ? [] : [piece])),
    removed: [...old!].flatMap(([place, piece]) => (own!.has(place) ? [] : [piece])),
    changed: [...own!].flatMap(([place, piece]) => {
      const earlier = old!.get(place)
      return earlier && earlier.hash !== piece.hash ? [{ before: earlier, now: piece }] : []
    }),
  }
}

// --- internal ---

const LINE =
  /^(.+) ((?:md5|version_id|etag|checksum|sha256) \S+|without a hash)(?: (\d{1,16}) bytes)?(?: in (\d{1,16}) files?)?$/

/** Paths that are the same once masked are told apart by their order. */
function byPath(lines: readonly string[]): Map<string, DataPiece> {
  const pieces = new Map<string, DataPiece>()
  for (const line of lines) {
    // A line that is of no known form is only equal to itself.
    const piece = dataPiece(line) ?? { path: maskPersonalData(line), hash: '' }
    let place = piece.path
    for (let again = 2; pieces.has(place); again++) place = `${piece.path} ${again}`
    pieces.set(place, piece)
  }
  return pieces
}
