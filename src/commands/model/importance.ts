import { AssayError } from '../../core/errors/errors.ts'
import { parseMetricsFile } from '../../core/inputs/metrics-file/metrics-file.ts'
import { readInside } from '../../services/files/files.ts'

/**
 * How much each feature matters, by name, in the forms that a metrics file may have.
 *
 * @throws AssayError FILE_REFUSED, FILE_NOT_FOUND, METRICS_INVALID
 */
export async function readImportance(folder: string, file: string): Promise<Map<string, number>> {
  const { bytes } = await readInside(folder, file, { maxBytes: 1024 * 1024, input: 'importance file' })
  const { metrics, without } = parseMetricsFile(bytes, file)
  const problems = [
    ...[...metrics].flatMap(([name, value]) => (value < 0 ? [`\`${name}\` has ${value}`] : [])),
    ...[...without].flatMap(([name, { why, isMeant }]) => (isMeant ? [`\`${name}\` ${why}`] : [])),
  ]
  if (problems.length === 0) return metrics
  throw new AssayError({
    code: 'METRICS_INVALID',
    title: `${file} holds importances that are none`,
    problems: problems
      .slice(0, 10)
      .map(what => ({ what, where: { file }, fix: '0 or above: 0 is never judged' })),
  })
}
