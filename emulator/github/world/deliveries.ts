import type { App } from './apps.ts'

/** One attempt to tell an App of an event. */
export interface Delivery {
  id: number
  /** The same for all attempts to deliver one event. */
  guid: string
  app: App
  event: string
  action: string | null
  installationId: number | null
  repositoryId: number | null
  repository: string | null
  payload: Record<string, unknown>
  redelivery: boolean
  deliveredAt: string
  /** Seconds. */
  duration: number
  /** 0 where nobody answered. */
  statusCode: number
  status: string
  request: { headers: Record<string, string> }
  response: { headers: Record<string, string>; payload: string }
}

/**
 * How a delivery goes: `send` posts it, and may be called twice, later or never. One that was not sent is in the log as failed;
 * `unlogged` keeps it out of the log as well, as when GitHub itself loses an event. Resolves when all is over.
 */
export type Deliver = (delivery: Delivery, send: () => Promise<void>) => Promise<undefined | 'unlogged'>
