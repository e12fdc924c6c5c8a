import { htmlText, htmlWords } from '../report/html/text.ts'

/** A table of a page. */
export interface PageTable {
  /** Plain text, as the names of the columns are. */
  caption: string
  columns: readonly string[]
  /** Class for the width of its columns. */
  width?: string
  /** Rows in HTML, whose cells are `cell`s. */
  rows: readonly string[]
}

/**
 * A table that scrolls on its own where it is wider than the page; empty where it has no rows. Where there is no room for columns, the
 * cells of a row stand below one another, each behind the name of its column.
 */
export function tableHtml({ caption, columns, width, rows }: PageTable): string {
  if (rows.length === 0) return ''
  const label = htmlWords(caption)
  const head = columns.map(name => `<th scope="col">${htmlText(name)}</th>`).join('')
  return `<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table class="stack${width === undefined ? '' : ` ${width}`}">
<caption>${label}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`
}

/** The beginning of a cell below a column, plain text; its end tag is one that HTML does not need. */
export function cellStart(column: string): string {
  return `<td data-of="${htmlText(column)}">`
}

/** A table of cells in HTML, the first of each row being what it is about. */
export function rowsTable(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const html = rows.map(([first = '', ...cells]) => {
    const rest = cells.map((cell, index) => `${cellStart(columns[index + 1]!)}<div>${cell}</div>`)
    return `<tr><th scope="row">${first}</th>${rest.join('')}</tr>`
  })
  return tableHtml({ caption, columns, width: 'rows', rows: html })
}
