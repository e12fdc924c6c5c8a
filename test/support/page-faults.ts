import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { startBrowser } from './browser.ts'

/** What axe finds at fault in a page as it stands, each rule with the first place. A page under rules of its own needs `bypassCSP`. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate<string[]>(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
  )
}

/** The window of a reader. */
export const READERS = [
  [390, 'light'],
  [390, 'dark'],
  [1280, 'light'],
  [1280, 'dark'],
] as const

/** The same of a page that needs nothing else, with all that is folded open; also where it is wider than the window. */
export async function faultsOfHtml(
  browser: Browser,
  html: string,
  [width, colorScheme]: (typeof READERS)[number],
): Promise<string[]> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true })
  try {
    await page.setContent(html)
    await page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
    const shown = await page.evaluate<number>('document.documentElement.scrollWidth')
    return [...(await faultsOf(page)), ...(shown > width ? [`${shown} pixels wide`] : [])]
  } finally {
    await page.close()
  }
}

/** The same of each page in a folder, on a phone and on a desk: "page, width: fault". */
export async function faultsOfPages(folder: string): Promise<string[]> {
  const pages = (await readdir(folder)).filter(name => name.endsWith('.html'))
  if (pages.length === 0) throw new Error(`no page in ${folder}`)
  const browser = await startBrowser()
  try {
    const found: string[] = []
    for (const name of pages) {
      const html = await readFile(join(folder, name), 'utf8')
      for (const reader of READERS)
        found.push(
          ...(await faultsOfHtml(browser, html, reader)).map(fault => `${name}, ${reader}: ${fault}`),
        )
    }
    return found
  } finally {
    await browser.close()
  }
}
