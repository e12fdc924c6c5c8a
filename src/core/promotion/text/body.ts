import { releaseKey } from '../../release/record.ts'
import { fitDetails } from '../../report/sections/fit.ts'
import type { ForgeDialect } from '../../report/words/dialect.ts'
import { code, inline } from '../../report/words/escape.ts'
import { VERDICT_SIGNS, VERDICT_WORDS } from '../../report/words/words.ts'
import { shareOf } from '../canary/canary-plan.ts'
import { shareWords } from '../canary/words.ts'
import { answersSection } from './answers-section.ts'
import { DIFFERENCE, promotionDetails } from './body-details.ts'
import {
  lineage,
  merging,
  standingSection,
  verdictOf,
  watching,
  weighedSections,
  whySection,
} from './body-sections.ts'
import { canarySection } from './canary-section.ts'
import { renderPromotionMarker } from './marker.ts'
import type { PromotionText } from './text.ts'

/** `Promote churn 2026-05-18-b491386 to production`. Names are checked where they are read: nothing in it means anything to a forge. */
export function renderPromotionTitle({ kind, environment, to, canary }: PromotionText): string {
  switch (canary?.step) {
    case 'start':
      return `Try ${to.model} ${to.version} in ${environment} with ${shareWords(canary.file)}`
    case 'advance':
      return `Give ${to.model} ${to.version} ${canary.file.weight} % of the traffic in ${environment}`
    case 'take_back':
      return `Take ${to.model} ${to.version} back in ${environment}`
  }
  return kind === 'rollback'
    ? `Roll back ${to.model} in ${environment} to ${to.version}`
    : `Promote ${to.model} ${to.version} to ${environment}`
}

/**
 * The title beside one that people may have changed: their words around ours stay, and a title of their own as long as the
 * release is the same. A title that names another release would mislead who approves.
 */
export function titleBeside(there: string, own: string, isSameRelease: boolean): string {
  return TITLE.test(there) ? there.replace(TITLE, () => own) : isSameRelease ? there : own
}

/**
 * Our part of the pull request, as its approver reads it: the verdict, the numbers against what serves now, where the release comes from,
 * what merging changes, how to undo it. Never longer than the dialect takes: details are cut from the least important on, and
 * the difference of the manifests is the last of them to go. The same text gives the same bytes.
 */
export function renderPromotionBody(text: PromotionText, dialect: ForgeDialect): string {
  const { environment, from, to } = text
  const marker = renderPromotionMarker({
    environment,
    model: to.model,
    version: to.version,
    release: releaseKey(to),
    ...(from && { champion: releaseKey(from) }),
    ...(text.canary && { step: shareOf(text.canary) }),
  })
  const foot = `\n\n<sub>Assay ${inline(to.assay, 40)} · record: \`model-release.yaml\`</sub>\n`
  const room = dialect.maxBody - marker.length - foot.length - NOTICE_ROOM
  const top = topOf(text, dialect, room)
  const frame = (title: string) => fold(title, '', dialect, true).length + 2
  const { kept, shortened, omitted } = fitDetails(promotionDetails(text), room - top.length, frame)
  const folded = kept.map(({ title, body }) =>
    fold(title, body, dialect, title === DIFFERENCE && body.split('\n').length <= OPEN_LINES),
  )
  const missing = [...shortened, ...omitted]
  const notice = missing.length > 0 ? [`ℹ️ Cut short or left out for length: ${missing.join(', ')}.`] : []
  return `${marker}\n${[top, ...folded, ...notice].join('\n\n')}${foot}`
}

// --- internal ---

const TITLE =
  /(?:Try [\w.-]+ [\w.+-]+ in [a-z0-9-]+ with \d+ % of the traffic|Give [\w.-]+ [\w.+-]+ \d+ % of the traffic in [a-z0-9-]+|Take [\w.-]+ [\w.+-]+ back in [a-z0-9-]+|Promote [\w.-]+ [\w.+-]+ to [a-z0-9-]+|Roll back [\w.-]+ in [a-z0-9-]+ to [\w.+-]*[\w+-])/

/** Kept free for the line that says what is missing. */
const NOTICE_ROOM = 300
/** A difference up to this length is open: what is approved should not need a click. */
const OPEN_LINES = 40
/** Rows of a table, from the most to the least. */
const LEVELS = [30, 10, 3, 0]

function topOf(text: PromotionText, dialect: ForgeDialect, room: number): string {
  const tops = LEVELS.map(rows => [
    heading(text),
    standingSection(text, dialect),
    whySection(text, dialect),
    canarySection(text, dialect),
    ...weighedSections(text, rows),
    lineage(text),
    merging(text),
    answersSection(text),
    watching(text),
  ])
  const fitting = tops.map(parts => parts.filter(part => part !== '').join('\n\n'))
  return fitting.find(top => top.length <= room) ?? heading(text)
}

function heading(text: PromotionText): string {
  const { kind, environment, from, to } = text
  const model = inline(to.model, 63)
  const versions = `${from ? `${code(from.version)} → ` : ''}${code(to.version)}`
  const { canary } = text
  if (canary?.step === 'take_back')
    return `### ↩️ ${model} in ${environment}: ${code(to.version)} is taken back`
  const share = canary && 'file' in canary ? `, ${shareWords(canary.file)}` : ''
  if (kind === 'rollback') return `### ↩️ ${model} in ${environment}: back to ${code(to.version)}`
  const verdict = verdictOf(text)
  if (verdict === undefined) return `### ❓ ${model} → ${environment}${share}: not weighed — ${versions}`
  return `### ${VERDICT_SIGNS[verdict]} ${model} → ${environment}${share}: ${VERDICT_WORDS[verdict]} — ${versions}`
}

function fold(title: string, body: string, dialect: ForgeDialect, open: boolean): string {
  if (!dialect.details) return `#### ${title}\n\n${body}`
  return `<details${open ? ' open' : ''}>\n<summary>${title}</summary>\n\n${body.trimEnd()}\n\n</details>`
}
