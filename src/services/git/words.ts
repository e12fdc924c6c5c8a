import { type RefusalReason, refusalIn } from '../../core/errors/refusals.ts'
import { redactor } from '../../core/secrets/secrets.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'

/** Why a git command failed: in a line for people, without credentials, and as a reason where one is known. */
export interface GitFailure {
  what: string
  reason: RefusalReason | undefined
}

/**
 * Judges all that git printed before any of it is left out. What the server wrote (`remote:`) and why it refused
 * (`[remote rejected] … (reason)`) say more than git's own last line, which is the same for every push.
 */
export function judgeGitWords(text: string): GitFailure {
  const lines = text
    .slice(-MOST_TEXT)
    .split(/\r\n|\r|\n/)
    .map(line => line.trimEnd())
    .filter(line => line !== '')
  const server = lines.flatMap(line => /^remote: *(.*)$/.exec(line)?.[1] ?? []).filter(isTelling)
  const rejected = lines.flatMap(line => /^ ! +\[[^\]]*\] .*? \((.*)\)$/.exec(line)?.[1] ?? [])
  const own = rejected.length > 0 ? [] : lines.filter(line => OWN.test(line) && !OF_NO_USE.test(line))
  const said = [server.join(' '), own.join('; ')].filter(part => part !== '').join('; ')
  const words = [said, rejected.length > 0 ? `(${rejected.join('; ')})` : ''].filter(Boolean).join(' ')
  const shown = words || (lines.at(-1) ?? 'git failed without a word')
  return {
    what: shortened(visible(redact(shown)), LONGEST),
    reason: refusalIn([...server, ...own, ...rejected.map(words => `(${words})`)].join('\n')),
  }
}

// --- internal ---

/** Of an endless output the end is judged: git says last why it failed. */
const MOST_TEXT = 64 * 1024
const LONGEST = 800
/** What git says of its failures, and ssh of its own; all else it prints is progress, or the answer to what was asked. */
const OWN =
  /^(fatal|error|ssh|kex_exchange_identification): |Permission denied \(|^Host key verification failed/
/** Said after every failure, whatever it was. */
const OF_NO_USE = /^error: failed to push some refs to |^fatal: Could not read from remote repository\.$/

const redact = redactor([])

/** Progress and ruled lines tell nobody anything. */
function isTelling(line: string): boolean {
  return (
    /[\p{L}\p{N}]/u.test(line) &&
    !/^(Enumerating|Counting|Compressing|Resolving|Total |Processing changes)/.test(line)
  )
}
