import { plain, plainSentence } from '../words/escape.ts'

/** Text from anywhere as HTML text or attribute: made visible, personal data masked, every special character an entity. */
export function htmlText(value: string): string {
  return escaped(plain(value))
}

/** Words of ours, with numbers in them: the same, and what is not ours was masked before it entered. */
export function htmlWords(value: string): string {
  return escaped(plainSentence(value))
}

/** A sentence of ours: `plain words` in ticks are code. */
export function htmlSentence(value: string): string {
  return htmlWords(value).replace(/&#96;([\w./ :,{}-]{1,60})&#96;/g, '<code>$1</code>')
}

/** Several lines, for `<pre>`. */
export function htmlLines(value: string): string {
  return value
    .split(/\r?\n/)
    .map(line => htmlText(line.replaceAll('\t', '    ')))
    .join('\n')
}

/** A part of the page that opens when asked; empty where it has no content. */
export function htmlFold(title: string, content: string): string {
  return content === ''
    ? ''
    : `<section>\n<details class="fold"><summary><h2>${title}</h2></summary>\n${content}\n</details>\n</section>`
}

/** A part of the page under its heading; empty where it has no content. */
export function htmlSection(title: string, content: string): string {
  return content === '' ? '' : `<section>\n<h2>${title}</h2>\n${content}\n</section>`
}

export interface HtmlTable {
  /** Plain text. */
  caption: string
  head: string[]
  /** Indices of the columns of numbers: set to the right. */
  numbers: number[]
  /** Cells are HTML; the first of a row is its heading. */
  rows: string[][]
  /** How dark each cell after the first is, from 0 to 1. */
  shades?: number[][]
}

/** Lines as a program writes them; what is longer than the page is wide goes on below. */
export function htmlOutput(html: string): string {
  return `<pre>${html}</pre>`
}

/** A table that scrolls on its own on a narrow page; empty where it has no rows. */
export function htmlTable({ caption, head, numbers, rows, shades }: HtmlTable): string {
  if (rows.length === 0) return ''
  const side = (index: number) => (numbers.includes(index) ? ' class="number"' : '')
  const headings = head.map((cell, index) => `<th scope="col"${side(index)}>${cell}</th>`).join('')
  const body = rows.map(([first, ...cells], row) => {
    const shade = (index: number) => shadeStyle(shades?.[row]?.[index])
    const rest = cells.map((cell, index) => `<td${side(index + 1)}${shade(index)}>${cell}</td>`).join('')
    return `<tr><th scope="row"${side(0)}>${first}</th>${rest}</tr>`
  })
  const label = htmlWords(caption)
  return `<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table${shades ? ' class="heat"' : ''}>
<caption>${label}</caption>
<thead><tr>${headings}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div>`
}

// --- internal ---

/** The blue of the candidate, never so dark that the ink of either colour scheme cannot be read on it (WCAG's 4.5 to 1). */
function shadeStyle(share: number | undefined): string {
  if (share === undefined) return ''
  const alpha = Math.round(100 * (0.06 + 0.44 * share)) / 100
  return ` style="background:rgb(0 114 178/${alpha})"`
}

function escaped(value: string): string {
  return value.replace(/[&<>"'`]/g, character => `&#${character.codePointAt(0)};`)
}
