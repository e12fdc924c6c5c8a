import type { ForgeName } from '../../src/forges/index.ts'

/** What became of a delivery, by names that are known. */
export interface Delivered {
  forge: ForgeName | 'alertmanager'
  /** Absent before it is known to be one. */
  event?: string
  id?: string
  action?: string
  repository?: string
  /** Of what is refused, or taken in part: what is not as it should be, without a word of the delivery. */
  why?: string
  end: 'taken' | 'of no interest' | 'seen' | 'refused'
}
