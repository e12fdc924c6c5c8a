import { AssayError, type Problem } from '../../src/core/errors/errors.ts'
import { isClosedWay } from '../../src/core/secrets/web-address.ts'
import { parseApiUrl } from '../../src/forges/http/api-url.ts'
import { wrongProxies } from '../../src/forges/http/proxy.ts'
import { type AlertSender, readAlerts } from './alerts.ts'
import { type HalfSettings, readHalves } from './halves.ts'
import { type PageSettings, readPage } from './page.ts'
import type { Reading } from './reading.ts'
import { readSlack, type SlackSettings } from './slack.ts'
import { unknownSettings } from './unknown.ts'
import type { Variable } from './variables.ts'
import { readWatch, type WatchSettings } from './watch.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What the bot is started with. A half whose settings are absent is off. */
export interface Settings extends Partial<HalfSettings> {
  /** Absent: no alerts are taken. */
  alerts?: AlertSender[]
  /** Absent: nothing is said in Slack. */
  slack?: SlackSettings
  /** Absent: there is no page. */
  page?: PageSettings
  /** Absent: the page says nothing of live traffic. */
  watch?: WatchSettings
  host: string
  port: number
  /** Absent: no metrics. */
  metricsPort?: number
  /** What a person should know although it starts. */
  warnings: string[]
}

/**
 * Reads the settings from the environment.
 *
 * @throws AssayError `BOT_SETTINGS` with all that is missing, weak or wrong; no value is in it
 */
export function readSettings(env: Environment): Settings {
  const problems: Problem[] = []
  const warnings: string[] = []
  const reading: Reading = {
    given: name => env[name]?.trim() || undefined,
    wrong(name, what, fix) {
      problems.push({ what: `${name} ${what}`, fix })
      return undefined
    },
    warn: text => void warnings.push(text),
    address(name, example) {
      const text = reading.given(name)
      if (text === undefined) return undefined
      const fix = `write it like ${example}`
      const url = webAddress(text, example)
      if (!url) return reading.wrong(name, 'is no web address', fix)
      if (!isClosedWay(url))
        return reading.wrong(name, 'is no https address, and secrets would travel in the open', fix)
      return url.href.replace(/\/+$/, '')
    },
  }
  const port = portIn(reading, 'PORT') ?? 3000
  const metricsPort = portIn(reading, 'METRICS_PORT')
  if (metricsPort !== undefined && metricsPort !== 0 && metricsPort === port)
    reading.wrong(
      'METRICS_PORT',
      'is that of the hooks',
      'choose another: the metrics are for nobody outside',
    )
  const halves = readHalves(reading)
  const page = readPage(reading, halves)
  const alerts = readAlerts(reading, halves)
  const slack = readSlack(reading)
  const watch = readWatch(reading, { halves, hasPage: page !== undefined })
  if (slack && !alerts)
    reading.warn('Slack is set up and ASSAY_BOT_ALERT_TOKENS is not: there are no alerts to tell of')
  if (Object.keys(halves).length === 0)
    problems.push({
      what: 'nothing is configured that the bot could serve',
      fix: '`assay-bot setup` makes the App and a file with its settings; by hand they are ASSAY_BOT_APP_ID, ASSAY_BOT_PRIVATE_KEY (or ASSAY_BOT_PRIVATE_KEY_FILE) and ASSAY_BOT_WEBHOOK_SECRET, or those of GitLab: docs/bot.md',
    })
  problems.push(...wrongProxies(env))
  const unknown = unknownSettings(env)
  problems.push(...(problems.length > 0 ? unknown : []))
  if (problems.length > 0)
    throw new AssayError({
      code: 'BOT_SETTINGS',
      title: 'The bot does not start with these settings',
      problems,
    })
  return {
    ...halves,
    ...(page && { page }),
    ...(alerts && { alerts }),
    ...(slack && { slack }),
    ...(watch && { watch }),
    host: reading.given('HOST') ?? '0.0.0.0',
    port,
    ...(metricsPort !== undefined && { metricsPort }),
    warnings: [
      ...warnings,
      ...unknown.map(({ what, fix }) => (fix === undefined ? what : `${what}: ${fix}`)),
    ],
  }
}

// --- internal ---

function webAddress(text: string, example: string): URL | undefined {
  try {
    return parseApiUrl(text, example)
  } catch {
    return undefined
  }
}

function portIn({ given, wrong }: Reading, name: Variable): number | undefined {
  const text = given(name)
  if (text === undefined) return undefined
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  return wrong(name, 'is no port', 'a number from 0 to 65535')
}
