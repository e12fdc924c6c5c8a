import type { Octokit } from '@octokit/rest'
import type { DeployRepository } from '../deploy-repository.ts'

/**
 * How many calls GitHub still takes, by the headers of its last answers: of REST and of GraphQL, the scarcer. A server that sends
 * none of them, as GitHub Enterprise without limits, tells nothing.
 *
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export function callsLeft({ hook }: Pick<Octokit, 'hook'>): NonNullable<DeployRepository['callsLeft']> {
  const known = new Map<string, { left: number; limit: number; until: number }>()
  hook.after('request', ({ headers }) => {
    const number = (name: string) => Number(headers[`x-ratelimit-${name}`] ?? Number.NaN)
    const [left, limit, until] = [number('remaining'), number('limit'), number('reset') * 1000]
    if ([left, limit, until].every(Number.isSafeInteger))
      known.set(String(headers['x-ratelimit-resource'] ?? 'core'), { left, limit, until })
  })
  return () =>
    [...known.values()]
      .filter(({ until }) => until > Date.now())
      .sort((a, b) => a.left / a.limit - b.left / b.limit)[0]
}
