/** What rules and alerts of a release have in common. */

export interface RuleGroup {
  name: string
  interval?: string
  rules: Rule[]
}
export type Rule =
  | { record: string; expr: string }
  | {
      alert: string
      expr: string
      for?: string
      labels: Record<string, string>
      annotations: Record<string, string>
    }

/** One release where it serves. Names hold no quote and no backslash. */
export interface ServedRelease {
  model: string
  release: string
  environment: string
  /** Where its alerts are sent from; absent: as Prometheus has it. */
  namespace?: string
}

/** `namespace` where Prometheus knows one: an AlertmanagerConfig takes the alerts of its own namespace alone. */
export const OF_MODEL = 'namespace, model, release, environment'

/** Series of the release where it serves. */
export function selector({ model, release, environment }: ServedRelease, ...more: string[]): string {
  const own = [`model="${model}"`, `release="${release}"`, `environment="${environment}"`]
  return `{${[...own, ...more].join(', ')}}`
}

/** An expression stands in a block of its own, without its quotes escaped. */
export function block(expr: string): string {
  return `${expr.trimEnd()}\n`
}

/** An alert in words; without a kind nothing is done for it but told. */
export interface Alert {
  alert: string
  expr: string
  for: string
  kind?: string
  severity: string
  summary: string
  description: string
}

/** With the labels that the bot knows (docs/bot.md). */
export function alertOf({ model, release, environment, namespace }: ServedRelease, given: Alert): Rule {
  const { alert, expr, kind, severity, summary, description } = given
  return {
    alert,
    expr: block(expr),
    for: given.for,
    labels: {
      ...(namespace !== undefined && { namespace }),
      assay_model: model,
      assay_environment: environment,
      assay_release: release,
      ...(kind && { assay_kind: kind }),
      severity,
    },
    annotations: { summary: `${model} ${release} in ${environment}: ${summary}`, description },
  }
}
