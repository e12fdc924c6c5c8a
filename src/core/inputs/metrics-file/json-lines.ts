import { jsonTree } from './json.ts'
import type { MetricNode } from './tree.ts'

/** Whether bytes may be JSON lines: the first line begins and ends as an object does, and more follows. */
export function mayBeLines(bytes: Uint8Array): boolean {
  const end = bytes.indexOf(LINE_FEED)
  if (end < 0) return false
  const text = (from: number, to: number) => new TextDecoder().decode(bytes.subarray(from, to)).trim()
  // A few bytes at each end tell: the line itself may be long.
  const begins = text(0, Math.min(end, 16)).startsWith('{')
  return begins && text(Math.max(0, end - 16), end).endsWith('}') && text(end, bytes.length) !== ''
}

/**
 * JSON lines, a value a line → the list of them. Empty lines are none.
 *
 * @throws MetricSyntaxError where a line is not JSON, also the last one of a file that was cut off
 */
export function jsonLines(text: string): MetricNode {
  const items: MetricNode[] = []
  let line = 0
  let at = 0
  while (at < text.length) {
    const end = text.indexOf('\n', at)
    const whole = text.slice(at, end < 0 ? text.length : end)
    at = end < 0 ? text.length : end + 1
    line++
    if (whole.trim() !== '') items.push(jsonTree(whole, line))
  }
  return { kind: 'list', items }
}

// --- internal ---

const LINE_FEED = 10
