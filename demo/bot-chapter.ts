import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PAGES } from './artifacts.ts'
import { type Bot, startBot } from './bot.ts'
import { APPROVER, MODEL } from './cast.ts'
import type { Stage } from './stage.ts'

/** The bot comes last: all that it shows was there before it. Whoever starts it ends it. */
export async function playBot({ out, narrator, github }: Stage): Promise<Bot> {
  narrator.heading('The page, for those who have no clone')
  const log: string[] = []
  const bot = await startBot(github, { onLog: text => log.push(text) })
  try {
    narrator.step('`assay-bot` starts as its own process and reads all of it from the two repositories')
    const html = await bot.pageFor(APPROVER, MODEL)
    await writeFile(join(out, PAGES.bot), html)
    const [, waits = '0'] = /Needs you \((\d+)\)/.exec(html) ?? []
    narrator.step(`Grace signs in with GitHub. What needs her: ${waits}, the way back`)
    return bot
  } catch (error) {
    await bot.stop()
    throw error
  } finally {
    await writeFile(join(out, 'bot.log'), log.join(''))
  }
}
