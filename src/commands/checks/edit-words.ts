import type { ProvedEdit } from '../../core/promotion/proof/edits.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'
import type { FirstSplit } from '../deploy/proof/first-split.ts'

/** What a promotion would change, by file and line, as `assay check` says it. */
export function editsInWords(edits: readonly ProvedEdit[]): string {
  return edits.map(editWords).join(', ')
}

/** How a canary would begin. What it adds to a manifest may be a whole object. */
export function splitInWords({ weight, edits }: FirstSplit): string {
  const shown = edits.slice(0, MOST_NAMED).map(editWords)
  const more = edits.length - shown.length
  const words = [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ')
  return `where one serves, the next gets ${weight} % at first: ${words === '' ? 'by its file alone' : words}`
}

// --- internal ---

const MOST_NAMED = 8

function editWords({ file, line, key, from, to }: ProvedEdit): string {
  const value = (text: string | undefined) => (text === undefined ? 'nothing' : valueWords(text))
  return `${visible(file)}:${line}${key === undefined ? '' : ` ${key}`} ${value(from)} → ${value(to)}`
}

/** A digest by its first digits, as people compare them. */
function valueWords(text: string): string {
  const brief = text.replace(/sha256:([0-9a-f]{12})[0-9a-f]{52}/g, 'sha256:$1…')
  return shortened(visible(brief), 120)
}
