import { type NamedBy, namedHosts, type TokenRun, whyNoToken } from './token-use.ts'
import { isClosedWay, isInward, spelledHost, webOrigin } from './web-address.ts'

/**
 * The way to a web service that a deploy repository's file names: with which token, or why none is taken. A token goes only to the host
 * that the job names beside it. Without one any host outside may be asked, unless only those are that the job names: who runs for many
 * repositories must not be led into its own network by one of them. An address of this machine is asked only where the job names it.
 *
 * @param asked the filled address, and the name of the variable with its token
 */
export function answerWay(
  run: TokenRun,
  asked: { url: string; token?: string | undefined; namedBy: NamedBy; isOnlyNamed: boolean },
  env: Readonly<Record<string, string | undefined>>,
): { token?: string } | { refused: string } {
  const refused = whyNoToken(run, asked.namedBy)
  if (refused !== undefined) return { refused }
  const origin = webOrigin(asked.url)
  const host = spelledHost(asked.url)
  if (origin === undefined || host === undefined) return { refused: 'its address is not plainly written' }
  const { hostname } = new URL(asked.url)
  const written = origin.startsWith('https:') ? host : origin
  if (asked.token === undefined) {
    if (namedHosts(env.ASSAY_ANSWER_HOST).includes(origin)) return {}
    if (asked.isOnlyNamed)
      return {
        refused: `the bot asks only hosts that it is told of: whoever runs it sets ASSAY_ANSWER_HOST=${written}`,
      }
    return isInward(hostname)
      ? {
          refused: `${host} leads back to this machine or its network: if that is meant, set ASSAY_ANSWER_HOST=${written}`,
        }
      : {}
  }
  const name = asked.token
  const beside = name.replace('_TOKEN_', '_HOST_')
  const token = env[name]?.trim()
  if (!token) return { refused: `there is no token: set ${name}, and ${beside}=${written} beside it` }
  if (!/^[\x21-\x7e]+$/.test(token)) return { refused: `${name} holds what no token holds: set it anew` }
  if (!namedHosts(env[beside]).includes(origin))
    return {
      refused: `${beside} does not name ${written}: if the token is for it, set ${beside}=${written}`,
    }
  if (!isClosedWay(new URL(asked.url)))
    return { refused: `${written} is plain http, and the token would travel in the open: write https://` }
  return { token }
}
