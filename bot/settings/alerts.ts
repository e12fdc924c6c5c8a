import type { RepositoryName } from '../../src/commands/bot/keys.ts'
import { STRONG, weakness } from '../../src/core/secrets/weak-secrets.ts'
import { MODEL_NAME } from '../../src/core/text/names.ts'
import type { ForgeName } from '../../src/forges/index.ts'
import type { HalfSettings } from './halves.ts'
import type { Reading } from './reading.ts'
import { REPOSITORY, repositoryOf } from './repository.ts'

/** Who may send alerts: a token, and the models that it speaks for. */
export interface AlertSender {
  token: string
  models: { repository: RepositoryName; model: string }[]
}

/** Undefined: there is nobody, and the route is off. */
export function readAlerts(
  { given, wrong }: Reading,
  halves: Partial<HalfSettings>,
): AlertSender[] | undefined {
  const text = given('ASSAY_BOT_ALERT_TOKENS')
  if (text === undefined) return undefined
  const senders = text.split(/\s+/).map((entry): AlertSender => {
    const [token = '', list = ''] = entry.split('=', 2)
    const why = weakness(token)
    if (why !== undefined) wrong('ASSAY_BOT_ALERT_TOKENS', `has a token that ${why}`, STRONG)
    const models = list.split(',').map(one => ENTRY.exec(one)?.groups as Entry | undefined)
    if (models.some(one => !one || !MODEL_NAME.test(one.model)))
      wrong('ASSAY_BOT_ALERT_TOKENS', 'does not say which models a token speaks for', SHAPE)
    return {
      token,
      models: models.flatMap(one => {
        if (!one) return []
        const repository = repositoryOf(one, halves)
        const { forge } = repository
        if (!halves[forge])
          wrong(
            'ASSAY_BOT_ALERT_TOKENS',
            `names a repository on ${forge}, which the bot does not serve`,
            SERVED,
          )
        return [{ repository, model: one.model }]
      }),
    }
  })
  if (new Set(senders.map(({ token }) => token)).size < senders.length)
    wrong('ASSAY_BOT_ALERT_TOKENS', 'has one token twice', 'write all of its models behind it once')
  return senders
}

// --- internal ---

interface Entry {
  forge?: ForgeName
  name: string
  model: string
}

const ENTRY = new RegExp(`^${REPOSITORY}:(?<model>.+)$`)
const SERVED = 'set up that half of the bot, or leave it out'
const SHAPE =
  'write each as `token=owner/name:model,owner/name:model`, with the repository that the model is trained in (`gitlab:group/name:model` where both forges are served), and blanks between them'
