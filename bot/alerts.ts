import { isDeepStrictEqual } from 'node:util'
import { type AlertKey, keyName } from '../src/commands/bot/keys.ts'
import type { ToldAlerts } from '../src/commands/bot/world.ts'
import type { ToldAlert } from '../src/core/alerts/alert.ts'
import type { Clock } from './looks.ts'

/** The alerts that were told of and no issue knows yet, and who waits for that. */
export interface AlertsInMemory extends ToldAlerts {
  /**
   * True once the issues know all of them, so that the end of the process loses none; false where looks at one fail, or after
   * `LONGEST_WAIT_MS`. What nobody waits for any more is forgotten: whoever told of it does so again, or it is over and nobody would
   * ever say so.
   */
  tell(alerts: readonly AlertOfKey[]): Promise<boolean>
  /** A look has failed: who would wait in vain for the next one, after so many milliseconds, does not. */
  failed(key: AlertKey, pause: number): void
  /** No look comes any more: nobody waits. */
  end(): void
}

export interface AlertOfKey {
  key: AlertKey
  alert: ToldAlert
}

/**
 * Milliseconds that an answer waits. Alertmanager gives a notification, with all that it tries again, as long as `group_interval`, and
 * no less than 10 s. https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export const LONGEST_WAIT_MS = 8000

/**
 * Keeps what was told of until its issue knows it or nobody waits for that, the last of each alert.
 *
 * @param onTold is called after each, for the key to be looked at
 */
export function alertsInMemory(onTold: (key: AlertKey) => void, { after }: Clock): AlertsInMemory {
  /** By key and fingerprint, what was told of longest ago first. */
  const known = new Map<string, Told>()
  const ofKey = (key: AlertKey) => {
    const name = keyName(key)
    return [...known.values()].filter(one => one.name === name)
  }

  function add({ key, alert }: AlertOfKey, waiting: Iterable<Wait>): void {
    const name = keyName(key)
    const id = `${name}\n${alert.id}`
    const before = known.get(id)
    // Told once more it is the same one, which a look may just be writing.
    const isSame = before && isDeepStrictEqual(before.alert, alert)
    const waits = new Set([...(before?.waiting ?? []), ...waiting])
    const told: Told = { name, alert: isSame ? before.alert : alert, waiting: waits }
    for (const wait of told.waiting) wait.on.add(told)
    if (before) noted(remove(before))
    known.set(id, told)
    if (known.size > MOST_ALERTS) giveUp(remove(known.values().next().value!))
    onTold(key)
  }

  function remove(told: Told): Told {
    const id = `${told.name}\n${told.alert.id}`
    if (known.get(id) === told) known.delete(id)
    return told
  }

  /** The same may have been told of once more since it was read. */
  function find(key: AlertKey, { id }: ToldAlert): Told | undefined {
    return known.get(`${keyName(key)}\n${id}`)
  }

  return {
    tell(alerts) {
      return new Promise(resolve => {
        const wait: Wait = {
          on: new Set(),
          end(isNoted) {
            cancel()
            for (const told of wait.on) {
              told.waiting.delete(wait)
              if (told.waiting.size === 0) remove(told)
            }
            resolve(isNoted)
          },
        }
        const cancel = after(LONGEST_WAIT_MS, () => wait.end(false))
        for (const one of alerts) add(one, [wait])
        if (alerts.length === 0) wait.end(true)
      })
    },
    told: key => ofKey(key).map(({ alert }) => alert),
    still: (key, told) => told.filter(one => isDeepStrictEqual(find(key, one)?.alert, one)),
    noted(key, told) {
      const unheard = told.filter(one => !find(key, one))
      for (const one of this.still(key, told)) noted(remove(find(key, one)!))
      return unheard
    },
    handOn(key, alert, to) {
      const from = find(key, alert)
      if (from && isDeepStrictEqual(from.alert, alert)) add(to, from.waiting)
    },
    failed(key, pause) {
      if (pause >= LONGEST_WAIT_MS) for (const told of ofKey(key)) giveUp(told)
    },
    end() {
      for (const told of [...known.values()]) giveUp(told)
    },
  }
}

// --- internal ---

/** More than one call of Alertmanager can bring. */
const MOST_ALERTS = 10_000

interface Told {
  name: string
  alert: ToldAlert
  waiting: Set<Wait>
}

/** Somebody who waits for all of them. */
interface Wait {
  on: Set<Told>
  end(isNoted: boolean): void
}

/** Nobody waits for this one any more. */
function noted(told: Told): void {
  for (const wait of told.waiting) {
    wait.on.delete(told)
    if (wait.on.size === 0) wait.end(true)
  }
}

function giveUp({ waiting }: Told): void {
  for (const wait of [...waiting]) wait.end(false)
}
