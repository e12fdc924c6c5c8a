import type { Reading } from './reading.ts'

/** `assay watch`, whose verdicts the page shows. */
export interface WatchSettings {
  url: string
  /** For that address, and no other. */
  token?: string
  /** Where people open it. */
  pageUrl: string
}

/** Undefined where none is set: nothing is said of live traffic then. */
export function readWatch(
  { given, wrong, warn, address }: Reading,
  hasPage: boolean,
): WatchSettings | undefined {
  const token = given('ASSAY_BOT_WATCH_TOKEN')
  const pageUrl = address('ASSAY_BOT_WATCH_PAGE_URL', 'https://watch.example.com')
  if (given('ASSAY_BOT_WATCH_URL') === undefined) {
    for (const name of ['ASSAY_BOT_WATCH_TOKEN', 'ASSAY_BOT_WATCH_PAGE_URL'] as const)
      if (given(name) !== undefined)
        wrong(
          name,
          'is set, and ASSAY_BOT_WATCH_URL is not',
          'name the address of `assay watch`, to which the token goes',
        )
    return undefined
  }
  const url = address('ASSAY_BOT_WATCH_URL', 'http://assay-watch.models.svc:8090')
  if (url === undefined) return undefined
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token))
    wrong('ASSAY_BOT_WATCH_TOKEN', 'holds what no token holds', 'give a line of the file of `--tokens`')
  if (!hasPage) warn('ASSAY_BOT_WATCH_URL is set, and there is no page to show it on')
  return { url, pageUrl: pageUrl ?? url, ...(token !== undefined && { token }) }
}
