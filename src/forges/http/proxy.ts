export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name for a URL. Names in NO_PROXY hold for their subdomains
 * too, `host:port` for that port only, `*` for everything.
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const secure = url.protocol === 'https:'
  const proxy = secure ? env.https_proxy || env.HTTPS_PROXY : env.http_proxy || env.HTTP_PROXY
  if (!proxy || isExempt(url, env.no_proxy || env.NO_PROXY || '')) return undefined
  return new URL(proxy.includes('://') ? proxy : `http://${proxy}`)
}

/**
 * A `fetch` that goes through the proxy for `url`, undefined where none is set. Node's own fetch reads these
 * variables only from 22.21 and 24.5 on and only when told to before it starts, so undici is loaded, and only then.
 */
export function proxyFetch(url: URL, env: Environment): typeof fetch | undefined {
  const proxy = proxyFor(url, env)
  if (!proxy) return undefined
  const loaded = import('undici').then(({ ProxyAgent, fetch }) => ({
    fetch,
    dispatcher: new ProxyAgent(proxy.href),
  }))
  return async (input, init) => {
    const { fetch: fetchThrough, dispatcher } = await loaded
    const answer = await fetchThrough(input as string, { ...(init as object), dispatcher })
    return answer as unknown as Response
  }
}

// --- internal ---

function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const actualPort = port || (protocol === 'https:' ? '443' : '80')
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(entry => entry !== '')
    .some(entry => {
      if (entry === '*') return true
      const [, host = '', wantedPort] = /^(?:\*?\.)?(.*?)(?::(\d+))?$/.exec(entry) ?? []
      if (wantedPort !== undefined && wantedPort !== actualPort) return false
      return hostname === host || hostname.endsWith(`.${host}`)
    })
}
