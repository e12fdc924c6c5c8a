import { count } from '../../text/numbers.ts'
import { type ChangedItems, ITEM_CHANGES } from '../../verdict/changed-items.ts'
import type { Result } from '../../verdict/result.ts'
import { renderTable, type Table } from '../tables/table.ts'
import { inline, link, sentence } from '../words/escape.ts'

/** The items that broke, then those that were mended, then the flaky ones, with where their rows are. */
export function itemsSection({ items, run }: Result, most: number): string {
  if (!items) return ''
  const head = `**Items**: ${sentence(itemsWords(items), 400)}`
  const { head: names, rows } = itemsTable(items)
  const table: Table = { head: names, right: [], rows: rows.map(row => row.map(cell => inline(cell, 300))) }
  const shown = rows.length > 0 && most > 0 ? renderTable(table, most) : undefined
  if (shown === undefined) return head
  const kept = run.url === undefined ? '' : `, kept with ${link('the run', run.url)}`
  return `${head}\n\n${shown}\n\nRows are those of ${inline(items.file, 200)}${kept}.`
}

/** `1 broken, 3 mended and 2 flaky of 40 items, against the champion; a try passes where match is 1.` */
export function itemsWords({ against, all, passedBy, broken, mended, flaky }: ChangedItems): string {
  const by = passedBy === undefined ? '' : `; a try passes where ${passedBy}`
  return `${broken.count} broken, ${mended.count} mended and ${flaky.count} flaky of ${count(all, 'item')}, against the ${against}${by}.`
}

/** Cells that are not escaped yet. */
export function itemsTable(items: ChangedItems): { head: string[]; rows: string[][] } {
  const named = ITEM_CHANGES.some(change => items[change].shown.some(({ item }) => item !== undefined))
  const rows = ITEM_CHANGES.flatMap(change =>
    items[change].shown.map(({ item, rows: places }) => [
      CHANGE_WORDS[change],
      ...(named ? [item ?? ''] : []),
      places,
    ]),
  )
  return { head: ['', ...(named ? ['Item'] : []), 'Rows'], rows }
}

// --- internal ---

const CHANGE_WORDS = { broken: '❌ broken', mended: '✅ mended', flaky: '🎲 flaky' }
