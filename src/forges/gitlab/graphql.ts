import { badAnswer } from '../forge-error.ts'
import { type Safety, safeCalls } from '../http/safe-calls.ts'
import { fetchAnswer } from './requests.ts'

/** Asks what the REST API does not tell. @throws AssayError those of the forge, also where only a part is answered */
export type GitlabGraphql = <T>(query: string, variables: Variables) => Promise<T>

/** @param options.host `https://gitlab.example.com` */
export function gitlabGraphql({
  host,
  token,
  safety,
  send = fetch,
}: {
  host: string
  token: string
  safety: Safety | undefined
  send?: typeof fetch | undefined
}): GitlabGraphql {
  const safely = safeCalls(safety)
  const url = new URL(`${host}/api/graphql`)
  const name = `POST ${url.pathname}`
  return async <T>(query: string, variables: Variables) => {
    const call = { name, host: url.host, write: false, repeatable: true, notifies: false }
    const { data: answer } = await safely(call, signal =>
      fetchAnswer(send, url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
        signal,
        redirect: 'manual',
      }),
    )
    const { data, errors } = (answer ?? {}) as { data?: T | null; errors?: { message?: unknown }[] }
    if (Array.isArray(errors) && errors.length > 0) throw badAnswer(name, String(errors[0]?.message))
    if (typeof data !== 'object' || data === null) throw badAnswer(name, 'the answer has no data')
    return data
  }
}

// --- internal ---

type Variables = Readonly<Record<string, string | readonly string[]>>
