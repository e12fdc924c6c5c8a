import type { Sender } from './people.ts'
import type { Answer, Caller, Sent } from './requests.ts'
import type { World } from './world.ts'

/** A request that is answered here and not behind. */
export interface Call {
  world: World
  sent: Sent
  caller: Caller
  params: Record<string, string>
  query: URLSearchParams
  /** As whom it is done. */
  sender(): Promise<Sender>
}

export type Routes = Record<string, (call: Call) => Answer | Promise<Answer>>
