import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { freePort } from '../free-port.ts'
import { installed, type Programs } from '../live/programs.ts'

/** Prometheus and Alertmanager where both are installed. */
export interface Monitoring {
  prometheus: string
  alertmanager: string
}

export interface Tools {
  prometheus: string
  alertmanager: string
}

/** Their commands, by the names that they are known by; or which of them are missing. */
export function findTools(): Tools | { missing: string[] } {
  const prometheus = installed('prometheus')
  const alertmanager = installed('alertmanager', 'prometheus-alertmanager')
  if (prometheus !== undefined && alertmanager !== undefined) return { prometheus, alertmanager }
  return {
    missing: [
      ...(prometheus === undefined ? ['Prometheus'] : []),
      ...(alertmanager === undefined ? ['Alertmanager'] : []),
    ],
  }
}

/**
 * Both, set up as docs/watching.md and docs/bot.md say, but in seconds where they say minutes.
 *
 * @param told where alerts go, and the file with the token for it
 */
export async function startMonitoring(
  programs: Programs,
  tools: Tools,
  folder: string,
  {
    rules,
    tokenFile,
    scraped,
    told,
    alertmanagers,
  }: {
    rules: string
    tokenFile: string
    scraped: Record<string, string>
    told: { url: string; tokenFile: string }
    /** How many, which know nothing of each other. */
    alertmanagers: number
  },
): Promise<Monitoring> {
  await mkdir(folder, { recursive: true })
  const file = (name: string) => join(folder, name)
  const ports = await Promise.all(Array.from({ length: alertmanagers + 1 }, freePort))
  const [prometheus, ...pair] = ports.map(port => `127.0.0.1:${port}`) as [string, ...string[]]
  await writeFile(file('rules.yml'), rules)
  await writeFile(
    file('prometheus.yml'),
    stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: ['rules.yml'],
      alerting: { alertmanagers: [{ static_configs: [{ targets: pair }] }] },
      scrape_configs: Object.entries(scraped).map(([job_name, address]) => ({
        job_name,
        authorization: { credentials_file: tokenFile },
        static_configs: [{ targets: [new URL(address).host] }],
      })),
    }),
  )
  await writeFile(
    file('alertmanager.yml'),
    stringify({
      route: {
        receiver: 'assay',
        group_by: ['assay_model', 'assay_environment'],
        group_wait: '1s',
        group_interval: '1s',
        repeat_interval: '1s',
      },
      receivers: [
        {
          name: 'assay',
          webhook_configs: [
            {
              url: told.url,
              send_resolved: true,
              http_config: { authorization: { type: 'Bearer', credentials_file: told.tokenFile } },
            },
          ],
        },
      ],
    }),
  )
  for (const [index, alertmanager] of pair.entries())
    await programs.start({
      name: index === 0 ? 'alertmanager' : `alertmanager-${index + 1}`,
      command: tools.alertmanager,
      parameters: [
        `--config.file=${file('alertmanager.yml')}`,
        `--storage.path=${file(`alertmanager-${index}`)}`,
        `--web.listen-address=${alertmanager}`,
        '--cluster.listen-address=',
      ],
      folder,
      ready: `http://${alertmanager}/-/ready`,
    })
  await programs.start({
    name: 'prometheus',
    command: tools.prometheus,
    parameters: [
      `--config.file=${file('prometheus.yml')}`,
      `--storage.tsdb.path=${file('prometheus')}`,
      `--web.listen-address=${prometheus}`,
    ],
    folder,
    ready: `http://${prometheus}/-/ready`,
  })
  return { prometheus: `http://${prometheus}`, alertmanager: `http://${pair[0]}` }
}
