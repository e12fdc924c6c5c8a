import { splitLogE } from '../../src/core/traffic/canary/split.ts'
import { manyRequests } from './many-requests.ts'

/** Somebody who comes back to a split, with the cookie that it gave. */
export interface User {
  name: string
  cookie?: string
  /** Who has answered since they were last asked to come. */
  met: Set<string>
}

export interface Seen {
  /** Users who met the challenger last. */
  challengers: Set<string>
  total: number
  /** Answers that do not say the release of who gave them. */
  mislabelled: number
}

export function people(count: number, prefix = ''): User[] {
  return Array.from({ length: count }, (_, index): User => ({ name: `${prefix}${index}`, met: new Set() }))
}

/**
 * Has each user ask some times, keeping what cookie it is given.
 *
 * @param challenger what its server answers
 * @param releaseOf what `x-assay-release` has to say of an answer; absent: nothing
 */
export async function askAll(
  port: number,
  users: readonly User[],
  {
    times = 1,
    challenger,
    releaseOf,
  }: { times?: number; challenger: string; releaseOf?: (body: string) => string },
): Promise<Seen> {
  const challengers = new Set<string>()
  let mislabelled = 0
  for (const user of users) user.met.clear()
  for (let time = 0; time < times; time++) {
    const answers = await manyRequests(
      port,
      users.map(user => ({
        'x-user': user.name,
        ...(user.cookie && { cookie: `a=b; ${user.cookie}` }),
      })),
    )
    for (const [index, { headers, body }] of answers.entries()) {
      const user = users[index]!
      const cookie = headers.get('set-cookie')?.split(';')[0]
      if (cookie) user.cookie = cookie
      user.met.add(body)
      if (body === challenger) challengers.add(user.name)
      if (releaseOf && headers.get('x-assay-release') !== releaseOf(body)) mislabelled++
    }
  }
  return { challengers, total: users.length, mislabelled }
}

export function metBoth(users: readonly User[]): number {
  return users.filter(({ met }) => met.size > 1).length
}

/** ln of the e-value against a share in percent, as a verdict has it. */
export function logE({ challengers, total }: Pick<Seen, 'challengers' | 'total'>, percent: number): number {
  return splitLogE({ challenger: challengers.size, units: total, share: percent / 100 })
}
