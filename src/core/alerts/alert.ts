export const ALERT_KINDS = ['shift', 'concept', 'breakage', 'other'] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

/** What fires. Its texts are of whoever wrote the rule, and of what it matched: data. */
export interface Alert {
  /** Its fingerprint: the same for all that is told of it. */
  id: string
  kind: AlertKind
  name: string
  severity: string
  /** The version that it is about; empty where it does not say. */
  release: string
  since: string
  summary: string
  /** The environment that it names, where its issue is not that one's. */
  environment?: string | undefined
}

/** An alert as it was told of. */
export interface ToldAlert extends Alert {
  firing: boolean
}
