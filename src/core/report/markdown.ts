import { type Detail, detailsOf } from './details.ts'
import type { ForgeDialect } from './dialect.ts'
import { inline, sentence } from './escape.ts'
import type { Result } from './result.ts'
import {
  comparedLine,
  costLine,
  failureSection,
  gateSection,
  metricSection,
  sliceSection,
  warningSection,
} from './sections.ts'
import { headlineOf, whyInMarkdown } from './words.ts'

export interface MarkdownOptions {
  /** Most characters; default: what the dialect takes. */
  maxBody?: number
}

/**
 * The report as Markdown of a forge's dialect: the verdict first, then what decided it, then everything else folded.
 * Never longer than allowed: details are left out from the least important on, then the open parts are cut at a line;
 * the verdict and the failed gates stay. The same result gives the same text.
 */
export function renderMarkdown(result: Result, dialect: ForgeDialect, options: MarkdownOptions): string {
  const most = options.maxBody ?? dialect.maxBody
  const top = renderTop(result, dialect)
  const details = detailsOf(result)
  const foot = footer(result)
  let kept = details
  let text = assemble(top, kept, foot, dialect, details.length)
  while (text.length > most && kept.length > 0) {
    const worst = kept.reduce((highest, detail) => (detail.rank > highest.rank ? detail : highest))
    kept = kept.filter(detail => detail !== worst)
    text = assemble(top, kept, foot, dialect, details.length)
  }
  return text.length <= most ? text : cutTop(top, foot, most)
}

// --- internal ---

const ALERTS = { pass: 'TIP', fail: 'CAUTION', inconclusive: 'IMPORTANT', not_comparable: 'WARNING' } as const

/** The open parts, most important first: cutting from the end never loses the verdict. */
function renderTop(result: Result, dialect: ForgeDialect): string[] {
  const { sign, title, why } = headlineOf(result)
  const words = whyInMarkdown(why)
  const reason =
    dialect.alerts && result.state !== 'skipped' ? `> [!${ALERTS[result.verdict]}]\n> ${words}` : words
  return [
    `### ${sign} ${inline(title, 120)}`,
    reason,
    failureSection(result),
    comparedLine(result),
    metricSection(result),
    gateSection(result),
    sliceSection(result),
    costLine(result),
    warningSection(result),
  ].filter(part => part !== '')
}

function assemble(
  top: string[],
  details: Detail[],
  foot: string,
  dialect: ForgeDialect,
  all: number,
): string {
  const left = all - details.length
  const omitted =
    left > 0
      ? [
          `${left === 1 ? 'One section is' : `${left} sections are`} left out here for length; report.html and report.md have everything.`,
        ]
      : []
  return `${[...top, ...details.map(detail => fold(detail, dialect)), ...omitted, foot].join('\n\n')}\n`
}

function fold({ title, body }: Detail, dialect: ForgeDialect): string {
  if (!dialect.details) return `#### ${title}\n\n${body}`
  return `<details>\n<summary>${title}</summary>\n\n${body}\n\n</details>`
}

function footer(result: Result): string {
  const commit =
    result.candidate.commit && /^[0-9a-f]{7,64}$/.test(result.candidate.commit)
      ? [`commit ${result.candidate.commit.slice(0, 7)}`]
      : []
  const url = result.run.url
  const run = url && /^https?:\/\/[\w.:/-]+$/.test(url) ? [`[run](${url})`] : []
  return `<sub>${[`Assay ${sentence(result.assay)}`, ...commit, ...run].join(' · ')}</sub>`
}

/** Last resort: whole lines of the open parts, as many as fit. */
function cutTop(top: string[], foot: string, most: number): string {
  const tail = `\n\nCut here for length; report.html and report.md have everything.\n\n${foot}\n`
  const lines = top.join('\n\n').split('\n')
  const kept: string[] = []
  let room = most - tail.length
  let fence: string | undefined
  for (const line of lines) {
    room -= line.length + 1
    if (room < 8) break
    const mark = /^(`{3,})/.exec(line)?.[1]
    if (mark !== undefined) fence = fence === undefined ? mark : line === fence ? undefined : fence
    kept.push(line)
  }
  if (fence !== undefined) kept.push(fence)
  return `${kept.join('\n')}${tail}`.slice(0, most)
}
