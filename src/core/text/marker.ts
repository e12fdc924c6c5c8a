import { createHash } from 'node:crypto'
import { MODEL_NAME } from './names.ts'

/** What the first line of one of our comments says: whose it is and how new. A hint for finding it, never trusted further. */
export interface Marker {
  model: string
  /** `<run id>.<attempt>`. */
  order: string
}

/** The hidden first line of a comment. */
export function renderMarker({ model, order }: Marker): string {
  if (!MODEL_NAME.test(model) || !ORDER.test(order))
    throw new RangeError(`no marker for model ${model}, order ${order}`)
  return `<!-- assay:report model=${model} order=${order} -->`
}

/**
 * The marker of a comment, by its first line alone and by the exact grammar: a quoted or indented one is none. A newer version
 * may say more at its end.
 */
export function parseMarker(body: string): Marker | undefined {
  const [line = ''] = body.split(/\r?\n/, 1)
  const [, model, order] =
    /^<!-- assay:report model=([A-Za-z0-9._-]{1,63}) order=(\d{1,15}\.\d{1,15})(?: [a-z]{1,20}=[\w.:+-]{1,80}){0,20} -->$/.exec(
      line,
    ) ?? []
  return model !== undefined && order !== undefined && MODEL_NAME.test(model) ? { model, order } : undefined
}

/** The branch by whose rules something was judged, short enough for a hidden line and an id: the same branch gives the same. */
export function baseMark(branch: string): string {
  return createHash('sha256').update(branch).digest('hex').slice(0, MARK)
}

/** In its place where a verdict was taken back: it is of no branch, whatever the pull request is for. */
export const NO_BASE = '0'.repeat(12)

/** The hidden second line of a comment that tells it. */
export function renderBaseMark(mark: string): string {
  return `<!-- assay:base ${mark} -->`
}

/** What that line says; undefined where there is none. */
export function parseBaseMark(body: string): string | undefined {
  return /^.*\r?\n<!-- assay:base ([0-9a-f]{12}) -->(?:\r?\n|$)/.exec(body)?.[1]
}

/** Whether run `a` is older than run `b`: by run id, then by attempt, as numbers. */
export function isOlder(a: string, b: string): boolean {
  const [runA = 0, attemptA = 0] = a.split('.').map(Number)
  const [runB = 0, attemptB = 0] = b.split('.').map(Number)
  return runA < runB || (runA === runB && attemptA < attemptB)
}

// --- internal ---

/** Hex digits of it. */
const MARK = 12
const ORDER = /^\d{1,15}\.\d{1,15}$/
