import { createHash } from 'node:crypto'
import * as z from 'zod'
import { ALERT_KINDS, type ToldAlert } from '../../src/core/alerts/alert.ts'
import { NO_ENVIRONMENT } from '../../src/core/alerts/issue.ts'
import { ENVIRONMENT_NAME, MODEL_NAME } from '../../src/core/text/names.ts'
import type { Route, WebAnswer } from '../../src/services/web/server.ts'
import type { AlertOfKey } from '../alerts.ts'
import type { AlertSender } from '../settings/alerts.ts'
import type { Delivered } from './delivered.ts'
import { jsonOf } from './json.ts'
import { isSame } from './signature.ts'

export interface AlertHookOptions {
  senders: readonly AlertSender[]
  /** True once what was told of is lost no more, whatever becomes of the process; false where that fails or takes too long. */
  tell(alerts: readonly AlertOfKey[]): Promise<boolean>
  onDelivery(delivered: Delivered): void
}

/** More than Alertmanager sends for a group. */
const CAP = 4 * 1024 * 1024

/**
 * The route that Alertmanager's webhooks go to. A token speaks for the models that the settings name beside it, and for no others;
 * the labels are the contract. Alertmanager does not repeat that an alert is over, and that it fires only after hours: what is not
 * kept by the forge yet is answered so that it comes again.
 */
export function alertHook({ senders, tell, onDelivery }: AlertHookOptions): Route {
  const ended = (status: number, end: Delivered['end'], why?: string): WebAnswer => {
    onDelivery({ forge: 'alertmanager', event: 'alerts', ...(why !== undefined && { why }), end })
    return { status, ...(status === 503 && { headers: { 'retry-after': '5' } }) }
  }
  return {
    name: 'alerts',
    method: 'POST',
    path: '/alerts',
    cap: CAP,
    brings: 'work',
    async answer(request) {
      const [, token = ''] = /^Bearer (\S{1,1000})$/i.exec(request.header('authorization') ?? '') ?? []
      // All are compared: which one it is takes no time either.
      const [sender] = senders.filter(one => isSame(token, one.token))
      if (!sender) return ended(401, 'refused', 'its token is none of ASSAY_BOT_ALERT_TOKENS')
      const payload = PAYLOAD.safeParse(jsonOf(request.body)?.value)
      const sent = payload.data?.alerts.flatMap(one => ALERT.safeParse(one).data ?? [])
      const bad = (payload.data?.alerts.length ?? 0) - (sent?.length ?? 0)
      if (!sent || (sent.length === 0 && bad > 0))
        return ended(400, 'refused', 'it is not what Alertmanager sends')
      const alerts = sent.flatMap(one => read(sender, one) ?? [])
      if (alerts.length === 0 && sent.length > 0)
        return ended(403, 'refused', 'its token speaks for none of its models')
      // It would come back the same: the others are not to be lost because of it.
      const unread = bad > 0 ? `${bad} of its alerts are not what Alertmanager sends` : undefined
      return (await tell(alerts))
        ? ended(202, 'taken', unread)
        : ended(503, 'refused', 'it is not in an issue yet, so it has to come again')
    },
  }
}

// --- internal ---

/** No more of it is looked at than is ever shown. */
const text = z.string().transform(one => one.slice(0, 2000))

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
const PAYLOAD = z.object({ version: z.literal('4'), alerts: z.array(z.unknown()).max(5000) })

const ALERT = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string(), text),
  annotations: z.record(z.string(), text).default({}),
  startsAt: z.iso.datetime({ offset: true }),
  fingerprint: z.string().regex(/^[0-9a-f]{1,64}$/),
})

type Sent = z.infer<typeof ALERT>

/** Undefined: the token does not speak for it. */
function read(sender: AlertSender, sent: Sent): AlertOfKey | undefined {
  const { labels, annotations, status, startsAt, fingerprint } = sent
  const { assay_model: named = '', assay_environment: place = '', assay_kind: kind = '' } = labels
  const model = MODEL_NAME.test(named) ? named : undefined
  const environment = environmentIn(model, place)
  const repository =
    model === undefined
      ? sender.models[0]?.repository
      : sender.models.find(one => one.model === model)?.repository
  if (repository === undefined) return undefined
  const alert: ToldAlert = {
    id: idOf(fingerprint),
    firing: status === 'firing',
    kind: ALERT_KINDS.find(one => one === kind) ?? 'other',
    name: labels.alertname ?? '',
    severity: labels.severity ?? '',
    release: labels.assay_release ?? '',
    since: startsAt,
    summary: annotations.summary ?? annotations.description ?? '',
  }
  return {
    key: {
      kind: 'alert',
      repository,
      ...(model !== undefined && { model }),
      ...(environment !== undefined && { environment }),
    },
    alert: place === '' || environment === place ? alert : { ...alert, environment: place },
  }
}

/** As long as Alertmanager's own. */
function idOf(fingerprint: string): string {
  return fingerprint.length > 16
    ? createHash('sha256').update(fingerprint).digest('hex').slice(0, 16)
    : fingerprint
}

/** Only a model has environments; what cannot be the name of one is none of its. */
function environmentIn(model: string | undefined, place: string): string | undefined {
  if (model === undefined || place === '') return undefined
  return ENVIRONMENT_NAME.test(place) ? place : NO_ENVIRONMENT
}
