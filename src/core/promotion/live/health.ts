import type { ArgoApplication } from './application.ts'
import type { Wanted } from './carriers.ts'
import { type Finding, listed, plain, said } from './finding.ts'

/**
 * What Argo CD says about the health of the application. Of the resources, those that are not healthy are named. While a release is
 * tried beside what serves, a step of a canary is what is meant.
 */
export function againstHealth({ status }: ArgoApplication, { beside }: Pick<Wanted, 'beside'>): Finding[] {
  const health = status.health?.status
  if (health === 'Healthy' || (health === 'Suspended' && beside)) return []
  const ill = (status.resources ?? [])
    .filter(resource => resource.health?.status === health && health !== undefined)
    .map(({ kind, name, health: own }) => `${plain(`${kind} ${name}`, 80)}${said(own?.message)}`)
  const who = ill.length > 0 ? ` (${listed(ill, 2)})` : said(status.health?.message)
  switch (health) {
    case 'Progressing':
      return [{ state: 'progressing', reason: `not ready yet${who}` }]
    case 'Suspended':
      return [{ state: 'progressing', reason: `suspended: a canary step or a pause${who}` }]
    case 'Degraded':
      return [{ state: 'degraded', reason: `degraded${who}` }]
    case 'Missing':
      return [{ state: 'degraded', reason: `not in the cluster${who}` }]
    default:
      return [{ state: 'unknown', reason: `Argo CD does not know its health${who}` }]
  }
}
