import { AssayError } from '../../core/errors/errors.ts'
import { isPattern, newestOf, unorderedWords } from '../../core/inputs/versioned-file.ts'
import { maskPersonalData } from '../../core/secrets/secrets.ts'
import { visible } from '../../core/text/visible-text.ts'
import { filesOfPattern } from '../../services/files/pattern-files.ts'

/** What a file of `assay.yml` is for, and the error of one that cannot be used. */
const KINDS = {
  metrics: 'METRICS_INVALID',
  folds: 'METRICS_INVALID',
  predictions: 'PREDICTIONS_INVALID',
} as const

/**
 * Which file a path or a pattern stands for: of those of the pattern the newest by its name, and what a report says of it.
 *
 * @param counts the files that a pattern may stand for: those that this run wrote. Default: all that lie there
 * @throws AssayError FILE_NOT_FOUND where a pattern has no file, and METRICS_INVALID or PREDICTIONS_INVALID where its files have no order
 */
export function newestFile(
  folder: string,
  pattern: string,
  kind: keyof typeof KINDS,
  counts?: ReadonlySet<string>,
): { file: string; remark?: string } {
  if (!isPattern(pattern)) return { file: pattern }
  const [first, ...more] = filesOfPattern(folder, pattern).filter(path => counts?.has(path) ?? true)
  const shown = maskPersonalData(visible(pattern))
  const newest = first === undefined ? undefined : newestOf([first, ...more])
  if (newest && 'file' in newest) {
    const of = more.length === 0 ? 'the only one' : `by its name the newest of ${more.length + 1}`
    return { ...newest, remark: `${shown}: ${maskPersonalData(visible(newest.file))} was read, ${of}.` }
  }
  const { what, fix } = newest
    ? unorderedWords(pattern, newest.unordered)
    : { what: 'there is no file of this pattern', fix: 'Check that the command before it writes one.' }
  throw new AssayError({
    code: newest ? KINDS[kind] : 'FILE_NOT_FOUND',
    title: `The ${kind} file \`${shown}\` was not read`,
    problems: [{ what: maskPersonalData(what), where: { file: shown }, fix }],
  })
}
