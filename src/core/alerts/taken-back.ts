import { hadWords } from '../promotion/canary/words.ts'
import type { TakenBackText } from '../promotion/taken-back.ts'
import { plain } from '../report/words/escape.ts'
import { type SlackMessage, slackEscaped } from './slack.ts'

/** That a release was taken back, in Slack. It calls nobody: what was to be done is done. */
export function takenBackMessage(text: TakenBackText): SlackMessage {
  const { model, environment, release, champion, weight, pull } = text
  const words = plain(
    `${model} ${release.version} was taken back in ${environment}: it ${hadWords({ weight })}, and ${champion.version} gets all of it again`,
    500,
  )
  const why = pull ? `\n<${slackEscaped(pull.url)}|Pull request ${pull.number}> says why` : ''
  return {
    text: words,
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: `${slackEscaped(words)}${why}` } }],
  }
}
