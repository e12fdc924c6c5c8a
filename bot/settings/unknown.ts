import type { Problem } from '../../src/core/errors/errors.ts'
import { didYouMean } from '../../src/core/text/nearest.ts'
import { shortened, visible } from '../../src/core/text/visible-text.ts'
import { VARIABLES } from './variables.ts'

/**
 * Variables that look like settings and are none: misspelt, or of another version. They keep nobody from starting, and a setting
 * that is missing is often one of them.
 */
export function unknownSettings(env: Readonly<Record<string, string | undefined>>): Problem[] {
  const known = Object.keys(VARIABLES)
  return Object.keys(env)
    .filter(name => name.startsWith('ASSAY_BOT_') && !known.includes(name) && !SERVICE_LINK.test(name))
    .map(name => {
      const fix = didYouMean(withoutWord(name, known) ?? name, known)
      return {
        what: `${shortened(visible(name))} is no setting of the bot`,
        ...(fix !== undefined && { fix }),
      }
    })
}

// --- internal ---

/** The setting that has a word less, as `ASSAY_BOT_APP_ID` for `ASSAY_BOT_GITHUB_APP_ID`: nearer than one of as many letters. */
function withoutWord(name: string, known: readonly string[]): string | undefined {
  const words = name.split('_')
  return words.map((_, at) => words.toSpliced(at, 1).join('_')).find(shorter => known.includes(shorter))
}

/** What Kubernetes tells of a Service that is called `assay-bot`. */
const SERVICE_LINK = /^ASSAY_BOT_(\w+_)?(SERVICE_HOST|SERVICE_PORT|PORT)(_|$)/
