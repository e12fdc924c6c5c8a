import type { Result } from '../../verdict/result.ts'
import type { Phrase } from '../words/phrase.ts'

/**
 * What to do next where a verdict is open only because there is no champion yet; empty where there is one, or where it could
 * not be read: then the gates say why.
 */
export function firstRunPhrase({ verdict, champion, unavailable, gates }: Result): Phrase {
  if (verdict !== 'inconclusive' || champion || unavailable?.champion !== undefined) return []
  const open = gates.filter(gate => !gate.waived && gate.verdict === 'inconclusive')
  const awaited = open.map(({ reason }) => WAITS.find(({ because }) => because.test(reason)))
  // One word for all: of gates that are open for other reasons too nothing is promised.
  return awaited.every(one => one !== undefined) ? (awaited[0]?.next ?? []) : []
}

// --- internal ---

/** Why gates wait, by their reason, and what ends the waiting. */
const WAITS: { because: RegExp; next: Phrase }[] = [
  {
    because: /^there is no champion yet/,
    next: [
      ' Nothing is wrong: a first run has nothing to be held against. Next, on the default branch: put the files that the evaluation wrote into a folder ',
      { code: 'champion' },
      ', commit them, and write ',
      { code: 'champion: champion' },
      ' into the configuration. With ',
      { code: 'deploy' },
      ' the release that serves is the champion by itself.',
    ],
  },
  {
    because: /^the champion's folder .* does not exist yet/,
    next: [
      ' Nothing is wrong: put the files that the evaluation of the model that serves now writes into that folder, and commit them on the default branch.',
    ],
  },
  {
    because: /^nothing serves in .* yet/,
    next: [' Nothing is wrong: the first release that serves there is the champion of the next run.'],
  },
]
