import type { SlackDestination } from '../../src/services/slack/slack.ts'
import type { Reading } from './reading.ts'
import type { Variable } from './variables.ts'

/** Where alerts are told of besides their issues. */
export interface SlackSettings {
  destination: SlackDestination
  /** Who is called where something is broken. */
  onCall?: string
}

/** Undefined where nothing of Slack is set. */
export function readSlack({ given, wrong, address }: Reading): SlackSettings | undefined {
  const isByApi = API.some(name => given(name) !== undefined)
  const webhook = given('ASSAY_BOT_SLACK_WEBHOOK')
  const onCall = given('ASSAY_BOT_SLACK_ON_CALL')
  if (onCall !== undefined && !/^(?:[UWS][A-Z0-9]{2,30}|here)$/.test(onCall))
    wrong(
      'ASSAY_BOT_SLACK_ON_CALL',
      'names nobody',
      'give the id of a person (`U…`) or a group (`S…`), or `here`',
    )
  const rest = onCall === undefined ? {} : { onCall }
  if (isByApi && webhook !== undefined)
    return wrong('ASSAY_BOT_SLACK_WEBHOOK', 'is set, and so is a channel', 'choose one of the two ways')
  if (webhook !== undefined) {
    const url = address('ASSAY_BOT_SLACK_WEBHOOK', 'https://hooks.slack.com/services/…')
    if (url === undefined) return undefined
    if (!isSafe(url)) return wrong('ASSAY_BOT_SLACK_WEBHOOK', 'is no https address', 'copy it from the app')
    return { destination: { kind: 'webhook', url }, ...rest }
  }
  if (!isByApi) {
    if (onCall !== undefined)
      wrong('ASSAY_BOT_SLACK_ON_CALL', 'is set, and no way to Slack is', 'set a channel or a webhook')
    return undefined
  }
  const token = given('ASSAY_BOT_SLACK_TOKEN')
  const channel = given('ASSAY_BOT_SLACK_CHANNEL')
  const apiUrl = address('ASSAY_BOT_SLACK_API_URL', 'https://slack.com/api') ?? 'https://slack.com/api'
  if (token === undefined)
    wrong('ASSAY_BOT_SLACK_TOKEN', 'is not set', 'give the bot token of an app with the scope `chat:write`')
  else if (!/^xox[\w.-]{10,}$/.test(token))
    wrong(
      'ASSAY_BOT_SLACK_TOKEN',
      'is no token of Slack',
      'copy the bot token of the app: it begins with `xoxb-`',
    )
  if (channel === undefined)
    wrong('ASSAY_BOT_SLACK_CHANNEL', 'is not set', 'give the id of the channel: it begins with `C`')
  else if (!/^[CG][A-Z0-9]{2,30}$/.test(channel))
    wrong('ASSAY_BOT_SLACK_CHANNEL', 'is no id of a channel', 'it stands at the end of its details: `C…`')
  if (!isSafe(apiUrl))
    wrong(
      'ASSAY_BOT_SLACK_API_URL',
      'is no https address',
      'the token goes there: leave it out for slack.com',
    )
  return { destination: { kind: 'channel', apiUrl, token: token ?? '', channel: channel ?? '' }, ...rest }
}

/** What nobody may see of it: who has the address of a webhook can post there. */
export function slackSecrets({ destination }: SlackSettings): string[] {
  return [destination.kind === 'webhook' ? destination.url : destination.token]
}

// --- internal ---

const API: Variable[] = ['ASSAY_BOT_SLACK_TOKEN', 'ASSAY_BOT_SLACK_CHANNEL', 'ASSAY_BOT_SLACK_API_URL']

/** By plain http to this machine alone. */
function isSafe(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}
