import { type AlertKey, keyName } from '../src/commands/bot/keys.ts'
import type { ToldAlerts } from '../src/commands/bot/world.ts'
import type { ToldAlert } from '../src/core/alerts/alert.ts'

/**
 * The alerts that were told of, by key, until their issue knows them. With the process they are gone; Alertmanager tells them again.
 *
 * @param onTold is called after each, for the key to be looked at
 */
export function alertsInMemory(onTold: (key: AlertKey) => void): ToldAlerts {
  const known = new Map<string, Map<string, ToldAlert>>()
  return {
    add(key, alert) {
      const name = keyName(key)
      const own = known.get(name) ?? new Map<string, ToldAlert>()
      known.delete(name)
      known.set(name, own)
      own.delete(alert.id)
      own.set(alert.id, alert)
      forget(own, MOST_ALERTS)
      forget(known, MOST_KEYS)
      onTold(key)
    },
    told: key => [...(known.get(keyName(key))?.values() ?? [])],
    noted(key, told) {
      const name = keyName(key)
      const own = known.get(name)
      // What was told meanwhile is another one.
      for (const alert of told) if (own?.get(alert.id) === alert) own.delete(alert.id)
      if (own?.size === 0) known.delete(name)
    },
  }
}

// --- internal ---

const MOST_KEYS = 10_000
const MOST_ALERTS = 100

/** The one that was told of longest ago. */
function forget(map: Map<string, unknown>, most: number): void {
  if (map.size > most) map.delete(map.keys().next().value!)
}
