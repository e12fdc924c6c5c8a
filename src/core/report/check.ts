import { CONFIG_FILE } from '../text/names.ts'
import type { Result } from '../verdict/result.ts'
import { renderMarkdown } from './markdown.ts'
import { headlineOf } from './sections/headline.ts'
import type { ForgeDialect } from './words/dialect.ts'
import { plain, plainSentence } from './words/escape.ts'
import { plainPhrase } from './words/phrase.ts'

/** What the check on the commit shows. Texts are Markdown, each within the limit of 65,535 characters. */
export interface CheckOutput {
  /** The verdict in words. Plain text. */
  title: string
  summary: string
  text?: string
  annotations: CheckAnnotation[]
}

/** A remark at a line of a file. */
export interface CheckAnnotation {
  path: string
  line: number
  level: 'notice' | 'warning' | 'failure'
  title: string
  message: string
}

const MOST_ANNOTATIONS = 10
const DIALECT: ForgeDialect = {
  name: 'check',
  maxBody: 60_000,
  alerts: true,
  details: true,
  quickActions: false,
}

/** The report as the output of a check; every gate that failed or cannot tell is a remark on the configuration. */
export function renderCheck(result: Result): CheckOutput {
  const { verdict, meaning, why } = headlineOf(result)
  const whose = result.run.fork ? 'by the numbers of a fork: ' : ''
  return {
    title: plainSentence(`${whose}${verdict} — ${meaning}. ${plainPhrase(why).trim()}`, 240),
    summary: renderMarkdown(result, DIALECT, {}),
    annotations: annotationsOf(result),
  }
}

// --- internal ---

function annotationsOf(result: Result): CheckAnnotation[] {
  const open = result.gates.filter(gate => gate.verdict !== 'pass' && !gate.waived)
  return [...open]
    .sort((a, b) => Number(b.blocks) - Number(a.blocks))
    .slice(0, MOST_ANNOTATIONS)
    .map(gate => ({
      path: CONFIG_FILE,
      line: 1,
      level: gate.blocks ? 'failure' : 'warning',
      title: plainSentence(`${plain(result.model)}: ${plain(gate.name)}`, 200),
      message: plainSentence(gate.reason, 2000),
    }))
}
