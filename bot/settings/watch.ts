import type { RepositoryName } from '../../src/commands/bot/keys.ts'
import type { ForgeName } from '../../src/forges/index.ts'
import type { HalfSettings } from './halves.ts'
import type { Reading } from './reading.ts'
import { REPOSITORY, repositoryOf } from './repository.ts'

/** `assay watch`, whose verdicts the page shows. */
export interface WatchSettings {
  url: string
  /** For that address, and no other. */
  token?: string
  /** Where people open it. */
  pageUrl: string
  /** The deploy repository that it looks at: whoever may not read that sees nothing of it. */
  repository: RepositoryName
}

/** Undefined where none is set: nothing is said of live traffic then. */
export function readWatch(
  { given, wrong, warn, address }: Reading,
  { halves, hasPage }: { halves: Partial<HalfSettings>; hasPage: boolean },
): WatchSettings | undefined {
  const token = given('ASSAY_BOT_WATCH_TOKEN')
  const pageUrl = address('ASSAY_BOT_WATCH_PAGE_URL', 'https://watch.example.com')
  if (given('ASSAY_BOT_WATCH_URL') === undefined) {
    for (const name of [
      'ASSAY_BOT_WATCH_TOKEN',
      'ASSAY_BOT_WATCH_PAGE_URL',
      'ASSAY_BOT_WATCH_REPOSITORY',
    ] as const)
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
  const named = NAMED.exec(given('ASSAY_BOT_WATCH_REPOSITORY') ?? '')?.groups as Named | undefined
  if (!named)
    wrong(
      'ASSAY_BOT_WATCH_REPOSITORY',
      'does not say which deploy repository `assay watch` looks at',
      'name it, as `acme/deploy`: only who may read it is shown how it stands with its live traffic',
    )
  if (!hasPage) warn('ASSAY_BOT_WATCH_URL is set, and there is no page to show it on')
  if (!named) return undefined
  const repository = repositoryOf(named, halves)
  return { url, pageUrl: pageUrl ?? url, repository, ...(token !== undefined && { token }) }
}

// --- internal ---

interface Named {
  forge?: ForgeName
  name: string
}

const NAMED = new RegExp(`^${REPOSITORY}$`)
