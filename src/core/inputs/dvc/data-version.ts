import { createHash } from 'node:crypto'
import { AssayError, type Problem } from '../../errors/errors.ts'
import { maskDataPath, maskPersonalData } from '../../secrets/secrets.ts'
import { maskAddresses } from '../../text/addresses.ts'
import { formatCount } from '../../text/numbers.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import { type DataFile, isDvcFile, type OfStage, readDvcFile, type TrackedData } from './dvc-files.ts'

/**
 * Which data a version was made with, one line for each piece, in the order of the files:
 * `data/train.csv md5 1a2b… 515144 bytes` for a file and `images md5 1a2b….dir 14000000 bytes in 4 files` for a folder that DVC
 * tracks (`*.dvc`, and `dvc.lock` with the data that its stages read; hash in full: it is the data's address in DVC's storage),
 * `params.yaml sha256 1a2b…` (12 digits) for other files.
 *
 * @throws AssayError DATA_VERSION_INVALID with every DVC file that cannot be read
 */
export function dataVersions(files: readonly DataFile[]): string[] {
  const problems: Problem[] = []
  const lines = files.flatMap(file => {
    if (!isDvcFile(file.path)) return [`${maskDataPath(file.path)} sha256 ${shortHash(file.text)}`]
    const read = readDvcFile(file)
    if ('outs' in read) return [...read.inputs, ...read.outs].map(lineOf)
    problems.push({ where: { file: file.path }, ...read })
    return []
  })
  if (problems.length === 0) return withoutExcess([...new Set(lines)])
  throw new AssayError({
    code: 'DATA_VERSION_INVALID',
    title: 'A file that tells the version of the data cannot be read',
    problems,
  })
}

/** What a piece of data is for a training: read to train, read to evaluate alone, or made by a stage as a model or features are. */
export type DataRole = 'training' | 'evaluation' | 'made'

/**
 * By the lines of `dataVersions`, where `dvc.lock` tells; whatever has none is training's. A stage whose name begins with `eval`,
 * `test`, `score` or `valid` evaluates: DVC itself does not say which one does. Files that cannot be read tell nothing.
 */
export function dataRoles(files: readonly DataFile[]): Map<string, DataRole> {
  const read = files.flatMap(file => {
    const data = isDvcFile(file.path) ? readDvcFile(file) : { what: 'no file of DVC' }
    return 'outs' in data ? [data] : []
  })
  const readers = Map.groupBy(
    read.flatMap(({ inputs }) => inputs),
    lineOf,
  )
  const isEvaluated = (pieces: OfStage[]) => pieces.every(({ stage }) => EVALUATES.test(stage ?? ''))
  return new Map<string, DataRole>([
    ...[...readers].map(([line, by]): [string, DataRole] => [
      line,
      isEvaluated(by) ? 'evaluation' : 'training',
    ]),
    ...read.flatMap(({ outs }) =>
      outs.flatMap((piece): [string, DataRole][] =>
        piece.stage === undefined ? [] : [[lineOf(piece), 'made']],
      ),
    ),
  ])
}

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

const MAX_LINES = 100
const EVALUATES = /^(?:eval|test|score|valid)/i
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

/** At most 300 characters, the most that a record keeps of a line. */
function lineOf({ path, hash, bytes, files }: TrackedData): string {
  const named = shortened(visible(maskDataPath(path)), 160)
  const which = hash
    ? `${hash.kind} ${shortened(visible(maskAddresses(hash.value)).replace(/\s/g, '_'), 64)}`
    : 'without a hash'
  const size = bytes === undefined ? '' : ` ${bytes} bytes`
  return `${named} ${which}${size}${files === undefined ? '' : ` in ${files} ${files === 1 ? 'file' : 'files'}`}`
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}

function withoutExcess(lines: string[]): string[] {
  const more = lines.length - MAX_LINES
  return more > 0 ? [...lines.slice(0, MAX_LINES), `and ${formatCount(more)} more`] : lines
}
