import { AssayError, type Problem } from '../../core/errors/errors.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name for a URL. Names in NO_PROXY hold for their subdomains
 * too, `host:port` for that port only, `*` for everything.
 *
 * @throws AssayError `PROXY_INVALID`, which names the variable and not its value: it may hold a password
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const name = setFor(url.protocol === 'https:' ? 'https_proxy' : 'http_proxy', env)
  if (name === undefined || isExempt(url, env.no_proxy || env.NO_PROXY || '')) return undefined
  const proxy = proxyIn(env[name]!)
  if (proxy) return proxy
  throw new AssayError({
    code: 'PROXY_INVALID',
    title: 'The proxy cannot be used',
    problems: [wrongProxy(name)],
  })
}

/** What is wrong with the proxies that are set, by their variables, without a value. */
export function wrongProxies(env: Environment): Problem[] {
  return (['https_proxy', 'http_proxy'] as const).flatMap(variable => {
    const name = setFor(variable, env)
    return name === undefined || proxyIn(env[name]!) ? [] : [wrongProxy(name)]
  })
}

/**
 * A `fetch` that goes through the proxy for `url`, undefined where none is set. Node's own fetch reads these
 * variables only from 22.21 and 24.5 on and only when told to before it starts, so undici is loaded, and only then.
 *
 * @throws AssayError `PROXY_INVALID`
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

/** The variable that counts: small letters first, as curl has it. */
function setFor(variable: 'https_proxy' | 'http_proxy', env: Environment): string | undefined {
  return [variable, variable.toUpperCase()].find(name => env[name])
}

/** Undefined for what is no address of a proxy, or has a user or password that cannot be read. */
function proxyIn(text: string): URL | undefined {
  const written = text.includes('://') ? text : `http://${text}`
  const url = URL.canParse(written) ? new URL(written) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) return undefined
  try {
    decodeURIComponent(url.username + url.password)
    return url
  } catch {
    return undefined
  }
}

function wrongProxy(name: string): Problem {
  return {
    what: `${name} is no address of an http(s) proxy`,
    fix: 'write it like http://proxy.example.com:3128; in a user or a password write other characters than letters and digits as %40 for @',
  }
}

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
