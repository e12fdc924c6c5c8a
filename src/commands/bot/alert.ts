/** An alert as it was told of. */
export interface Alert {
  /** Its fingerprint: the same for all that is told of it. */
  id: string
  firing: boolean
  kind: 'shift' | 'concept' | 'breakage' | 'other'
  name: string
  severity: string
  /** The version that it is about; empty where it does not say. */
  release: string
  since: string
  summary: string
}
