import { MODEL_NAME } from '../../src/core/text/names.ts'
import type { Reading } from './reading.ts'
import { STRONG, weakness } from './weak-secrets.ts'

/** Who may send alerts: a token, and the models that it speaks for. */
export interface AlertSender {
  token: string
  models: { repository: string; model: string }[]
}

/** Undefined: there is nobody, and the route is off. */
export function readAlerts({ given, wrong }: Reading): AlertSender[] | undefined {
  const text = given('ASSAY_BOT_ALERT_TOKENS')
  if (text === undefined) return undefined
  const senders = text.split(/\s+/).map((entry): AlertSender => {
    const [token = '', list = ''] = entry.split('=', 2)
    const why = weakness(token)
    if (why !== undefined) wrong('ASSAY_BOT_ALERT_TOKENS', `has a token that ${why}`, STRONG)
    const models = list.split(',').map(one => /^([\w.-]+\/[\w.-]+):(.+)$/.exec(one))
    if (models.some(one => !one || !MODEL_NAME.test(one[2]!)))
      wrong('ASSAY_BOT_ALERT_TOKENS', 'does not say which models a token speaks for', SHAPE)
    return { token, models: models.flatMap(one => (one ? [{ repository: one[1]!, model: one[2]! }] : [])) }
  })
  if (new Set(senders.map(({ token }) => token)).size < senders.length)
    wrong('ASSAY_BOT_ALERT_TOKENS', 'has one token twice', 'write all of its models behind it once')
  return senders
}

// --- internal ---

const SHAPE =
  'write each as `token=owner/name:model,owner/name:model`, with the repository that the model is trained in, and blanks between them'
