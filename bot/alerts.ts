import type { Alert } from '../src/commands/bot/alert.ts'
import { type AlertKey, keyName } from '../src/commands/bot/keys.ts'

/** The alerts that were told of, by key: the reason for a look, and gone with the process. Alertmanager tells them again. */
export interface Alerts {
  add(key: AlertKey, alert: Alert): void
  of(key: AlertKey): readonly Alert[]
}

export function alertsInMemory(): Alerts {
  const known = new Map<string, Map<string, Alert>>()
  return {
    add(key, alert) {
      const name = keyName(key)
      const own = known.get(name) ?? new Map<string, Alert>()
      known.delete(name)
      known.set(name, own)
      own.delete(alert.id)
      own.set(alert.id, alert)
      forget(own, MOST_ALERTS)
      forget(known, MOST_KEYS)
    },
    of: key => [...(known.get(keyName(key))?.values() ?? [])],
  }
}

// --- internal ---

const MOST_KEYS = 10_000
const MOST_ALERTS = 100

/** The one that was told of longest ago. */
function forget(map: Map<string, unknown>, most: number): void {
  if (map.size > most) map.delete(map.keys().next().value!)
}
