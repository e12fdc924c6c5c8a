/**
 * A comment's Markdown as text for a terminal: tables in columns, folded parts as one line (all of them where `unfolded`), no
 * markup. Made for the comments that Assay writes, not for Markdown at large.
 */
export function renderCommentText(markdown: string, { unfolded = false } = {}): string {
  const text = withoutComments(markdown)
  const visible = unfolded ? unfoldDetails(text) : foldDetails(text)
  return withoutComments(renderLines(visible.split('\n')).join('\n'))
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

// --- internal ---

/** Until none is left: what stands around one may be one when it is gone. */
function withoutComments(markdown: string): string {
  const text = markdown.replace(/<!--[\s\S]*?-->/g, '')
  return text === markdown ? text : withoutComments(text)
}

/** Innermost first, until none is left: `<details><summary>more</summary>…</details>` → `▸ more`. */
function foldDetails(markdown: string): string {
  const innermost =
    /<details(?: open)?>\s*<summary>((?:(?!<\/summary>)[\s\S])*)<\/summary>(?:(?!<details)[\s\S])*?<\/details>/
  let text = markdown
  for (let match = innermost.exec(text); match; match = innermost.exec(text))
    text = `${text.slice(0, match.index)}▸ ${match[1]!.trim()}${text.slice(match.index + match[0].length)}`
  return text
}

function unfoldDetails(markdown: string): string {
  return markdown
    .replace(
      /<details(?: open)?>\s*<summary>([\s\S]*?)<\/summary>/g,
      (_, title: string) => `▾ ${title.trim()}`,
    )
    .replace(/<\/details>/g, '')
}

function withoutMarkup(line: string): string {
  return line
    .replace(/^#{1,6} /, '')
    .replace(/^> ?\[!(\w+)\]$/, '$1:')
    .replace(/^> ?/, '  ')
    .replace(/<br\s*\/?>/g, ' ')
    .replace(/<\/?[a-z][^>]*>/gi, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*|`/g, '')
    .replace(/\\([\\`*_{}[\]()#+.!|<>~-])/g, '$1')
    .replace(/&(amp|lt|gt|quot|nbsp|#\d+);/g, (_, name: string) => characterOf(name))
}

function characterOf(name: string): string {
  if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)))
  return { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' }[name] ?? ''
}

/** Tables in columns, code as it is, everything else without its markup. */
function renderLines(lines: string[]): string[] {
  const result: string[] = []
  let table: string[] = []
  let fenced = false
  for (const line of [...lines, '']) {
    const fence = line.startsWith('```')
    if (fence) fenced = !fenced
    else if (!fenced && line.startsWith('|')) table.push(line)
    else {
      result.push(...alignTable(table), fenced ? `    ${line}` : withoutMarkup(line))
      table = []
    }
  }
  return result.slice(0, -1)
}

function alignTable(rows: string[]): string[] {
  if (rows.length === 0) return []
  const cells = rows.map(cellsOf)
  const right = cells[1]?.map(cell => cell.endsWith(':') && !cell.startsWith(':')) ?? []
  const body = cells.filter((_, row) => row !== 1)
  const widths = body[0]!.map((_, column) => Math.max(...body.map(row => [...(row[column] ?? '')].length)))
  return body.map(row =>
    row
      .map((cell, column) => padTo(cell, widths[column] ?? 0, right[column] === true))
      .join('   ')
      .trimEnd(),
  )
}

/** A bar after a backslash belongs to the cell. */
function cellsOf(row: string): string[] {
  const cells = row
    .replace(/\|\s*$/, '')
    .slice(1)
    .split(/(?<!\\)\|/)
  return cells.map(cell => withoutMarkup(cell.trim()))
}

/** Counts characters, not UTF-16 units, so that arrows and emoji of two units do not shift a column. */
function padTo(cell: string, width: number, right: boolean): string {
  const spaces = ' '.repeat(Math.max(0, width - [...cell].length))
  return right ? spaces + cell : cell + spaces
}
