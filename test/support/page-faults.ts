import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { startBrowser } from './browser.ts'

/** What axe finds at fault in a page as it stands, each rule with the first place. A page under rules of its own needs `bypassCSP`. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(`window.axe || (() => { ${axe.source} })()`)
  return page.evaluate<string[]>(
    'axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
  )
}

/**
 * The windows of readers. In our styles a width changes where things stand and a scheme their colours, and nothing asks for both: what
 * is right in these two is right in all four.
 */
export const READERS = [
  [390, 'dark'],
  [1280, 'light'],
] as const

/** The same of a page that needs nothing else, for each reader, with all that is folded open; also where it is wider than the window. */
export async function faultsOfHtml(browser: Browser, html: string): Promise<string[]> {
  const page = await browser.newPage({ bypassCSP: true })
  try {
    await page.setContent(html)
    await page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
    const found: string[] = []
    for (const [width, colorScheme] of READERS) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme })
      const shown = await page.evaluate<number>('document.documentElement.scrollWidth')
      const wider = shown > width ? [`${shown} pixels wide`] : []
      found.push(
        ...[...(await faultsOf(page)), ...wider].map(fault => `${width} pixels, ${colorScheme}: ${fault}`),
      )
    }
    return found
  } finally {
    await page.close()
  }
}

/** The same of each page in a folder, on a phone and on a desk: "page, reader: fault". */
export async function faultsOfPages(folder: string): Promise<string[]> {
  const pages = (await readdir(folder)).filter(name => name.endsWith('.html'))
  if (pages.length === 0) throw new Error(`no page in ${folder}`)
  const browser = await startBrowser()
  try {
    const found: string[] = []
    for (const name of pages) {
      const html = await readFile(join(folder, name), 'utf8')
      found.push(...(await faultsOfHtml(browser, html)).map(fault => `${name}, ${fault}`))
    }
    return found
  } finally {
    await browser.close()
  }
}
