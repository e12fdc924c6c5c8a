import type { Watch } from '../../core/deploy-config/watch.ts'
import { objectName } from './names.ts'

export interface KubernetesObject {
  apiVersion: string
  kind: string
  metadata: { name: string; labels?: Record<string, string> }
  [part: string]: unknown
}

/** As docs/bot.md has the route; or a message of Alertmanager's own where nobody else writes one. */
export function alertmanagerConfig(
  { model, environment }: { model: string; environment: string },
  { alerts }: Watch,
): KubernetesObject | undefined {
  if (!alerts) return undefined
  const token = { name: alerts.secret, key: 'token' }
  const receiver =
    alerts.url === undefined
      ? {
          slackConfigs: [
            {
              apiURL: token,
              channel: alerts.channel,
              sendResolved: true,
              title:
                '{{ .CommonLabels.alertname }}: {{ .CommonLabels.assay_model }} in {{ .CommonLabels.assay_environment }}',
              text: '{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\n{{ end }}',
            },
          ],
        }
      : {
          webhookConfigs: [
            {
              url: alerts.url,
              sendResolved: true,
              httpConfig: { authorization: { type: 'Bearer', credentials: token } },
            },
          ],
        }
  const matcher = (name: string, value: string) => ({ name, value, matchType: '=' })
  return {
    apiVersion: 'monitoring.coreos.com/v1alpha1',
    kind: 'AlertmanagerConfig',
    metadata: { name: objectName(model) },
    spec: {
      route: {
        receiver: 'assay',
        matchers: [matcher('assay_model', model), matcher('assay_environment', environment)],
        continue: true,
        groupBy: ['assay_model', 'assay_environment'],
        groupWait: '30s',
        groupInterval: '5m',
        repeatInterval: '4h',
      },
      receivers: [{ name: 'assay', ...receiver }],
    },
  }
}
