import type { Problem } from '../../core/errors/errors.ts'
import { whyNoToken, whyNotToJenkins } from '../../core/secrets/token-use.ts'
import { proxyFetch } from '../../forges/http/proxy.ts'
import { type Jenkins, jenkins } from '../../services/jenkins/jenkins.ts'
import type { World } from '../command/context.ts'

/** The Jenkins that the environment names beside the token: no file of a repository says where that goes. */
export function jenkinsOf({
  env,
  ci,
  signal,
}: Pick<World, 'env' | 'ci' | 'signal'>): Jenkins | { impossible: Problem[] } {
  const refused = whyNoToken(ci, 'base')
  if (refused !== undefined) return { impossible: [{ what: `no job of Jenkins is started: ${refused}` }] }
  const given = ['ASSAY_JENKINS_URL', 'ASSAY_JENKINS_USER', 'ASSAY_JENKINS_TOKEN'].map(name => ({
    name,
    value: env[name]?.trim() ?? '',
  }))
  const missing = given.filter(({ value }) => value === '').map(({ name }) => name)
  if (missing.length > 0)
    return {
      impossible: [
        {
          what: `no job of Jenkins can be started: ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not set`,
          fix: 'set the address of Jenkins, a user, and an API token of that user beside it; docs/commands/retrain.md says which rights it needs',
        },
      ],
    }
  const [url, user, token] = given.map(({ value }) => value) as [string, string, string]
  const problem = whyNotToJenkins(url)
  if (problem) return { impossible: [problem] }
  return jenkins({ url, user, token, signal, fetch: proxyFetch(new URL(url), env) })
}
