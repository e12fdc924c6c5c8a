import { hadWords } from '../promotion/canary/words.ts'
import type { Gone, TakenBackText } from '../promotion/taken-back.ts'
import { plain } from '../report/words/escape.ts'
import { comesYetWords } from '../traffic/canary/taken-back.ts'
import { type SlackMessage, slackEscaped } from './slack.ts'

/** That a release was taken back, in Slack. It calls nobody: what was to be done is done. */
export function takenBackMessage(text: TakenBackText): SlackMessage {
  const { model, environment, release, champion, weight, pull } = text
  const words = plain(
    `${model} ${release.version} was taken back in ${environment}: it ${hadWords({ weight })}, and ${champion.version} gets all of it again`,
    500,
  )
  return messageOf(words, pull, 'says why')
}

/** That it gets requests all the same; undefined where it does not. */
export function visitedMessage(text: TakenBackText, { state, comesYet }: Gone): SlackMessage | undefined {
  if (state !== 'visited' || !comesYet) return undefined
  const { model, environment, release, pull } = text
  const counted = comesYetWords(comesYet)
  return messageOf(
    plain(
      `${model} ${release.version} was taken back in ${environment}, and still gets traffic: ${counted}`,
      500,
    ),
    pull,
    'took it back',
  )
}

// --- internal ---

function messageOf(words: string, pull: TakenBackText['pull'], what: string): SlackMessage {
  const more = pull ? `\n<${slackEscaped(pull.url)}|Pull request ${pull.number}> ${what}` : ''
  return {
    text: words,
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: `${slackEscaped(words)}${more}` } }],
  }
}
