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
      const fix = didYouMean(name, known)
      return {
        what: `${shortened(visible(name))} is no setting of the bot`,
        ...(fix !== undefined && { fix }),
      }
    })
}

// --- internal ---

/** What Kubernetes tells of a Service that is called `assay-bot`. */
const SERVICE_LINK = /^ASSAY_BOT_(\w+_)?(SERVICE_HOST|SERVICE_PORT|PORT)(_|$)/
