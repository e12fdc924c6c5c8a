import { createHash } from 'node:crypto'
import { AssayError, type Problem } from '../../errors/errors.ts'
import { maskDataPath } from '../../secrets/secrets.ts'
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

// --- internal ---

const MAX_LINES = 100
const EVALUATES = /^(?:eval|test|score|valid)/i

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
