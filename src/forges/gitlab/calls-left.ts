/** How many calls a server still takes of an account, and until when that holds, in milliseconds since the epoch. */
export interface CallsLeft {
  left: number
  limit: number
  until: number
}

/** https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers */
export function callsLeftIn(headers: Readonly<Record<string, unknown>>): CallsLeft | undefined {
  const number = (name: string) => Number(headers[`ratelimit-${name}`] ?? Number.NaN)
  const [left, limit, until] = [number('remaining'), number('limit'), number('reset') * 1000]
  return [left, limit, until].every(Number.isSafeInteger) ? { left, limit, until } : undefined
}
