import { COLLECT_OPTIONS } from '../collecting/options.ts'
import { type Command, command } from '../command/command.ts'
import { WATCH_OPTIONS } from '../watching/options.ts'

/** The commands that stay until they are stopped. */
export const SERVICES: Record<string, Command> = {
  collect: command({
    summary: 'count live traffic against the profiles of releases',
    description:
      'Takes what models are asked and answer, counts it in the bins of the profile that each release was accepted on, and shows the counts to Prometheus and to `assay drift`. Stores no row. Runs until it is stopped.',
    examples: [
      'assay collect --profiles environments/production --tokens /etc/assay/tokens',
      'assay collect --deploy-repo acme/deploy --environment production --tokens tokens',
      'assay collect --profiles /profiles --tokens /etc/assay/tokens --host 0.0.0.0 --network-port 8081 --environment production',
    ],
    serves: true,
    options: COLLECT_OPTIONS,
    deploy: 'reads',
    load: async () => (await import('../collect.ts')).run,
  }),
  watch: command({
    summary: 'look at live traffic every minute',
    description:
      'Holds the live traffic of every release that serves against what it was accepted on, every minute: a page, gauges for Prometheus, and the verdict by `GET /v1/drift`; that of a canary by `GET /v1/canary`. Writes nowhere. Runs until it is stopped.',
    examples: [
      'assay watch --prometheus http://prometheus.monitoring:9090 --tokens /etc/assay/tokens',
      'assay watch --deploy-repo acme/deploy --environment production --collector http://127.0.0.1:8080 --tokens tokens',
    ],
    serves: true,
    options: WATCH_OPTIONS,
    deploy: 'reads',
    load: async () => (await import('../watch.ts')).run,
  }),
}
