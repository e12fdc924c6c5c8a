import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { Duplex } from 'node:stream'
import { type ConnectionOptions, connect } from 'node:tls'

/**
 * Connections that are kept between requests, straight or through a proxy by CONNECT.
 *
 * @param proxyFor the proxy for an address, undefined where there is none
 */
export function agents(proxyFor: (url: URL) => URL | undefined): {
  agentFor: (url: URL) => HttpAgent
  close: () => void
} {
  const made = new Map<string, HttpAgent>()
  return {
    agentFor(url) {
      const proxy = proxyFor(url)
      const key = `${url.protocol} ${proxy?.href ?? ''}`
      const agent = made.get(key) ?? agentOf(url.protocol === 'https:', proxy)
      made.set(key, agent)
      return agent
    },
    close() {
      for (const agent of made.values()) agent.destroy()
    },
  }
}

// --- internal ---

const KEPT = { keepAlive: true, maxSockets: 4 }

function agentOf(isSecure: boolean, proxy: URL | undefined): HttpAgent {
  const agent = isSecure ? new HttpsAgent(KEPT) : new HttpAgent(KEPT)
  if (!proxy) return agent
  agent.createConnection = (options, done) => {
    // Of what Node hands over, this names the other end, and how it is spoken to.
    const { host, port, servername, ...rest } = options as ConnectionOptions & { host: string; port: number }
    tunnel(proxy, `${host}:${port}`).then(
      socket =>
        done?.(null, isSecure ? connect({ ...rest, socket, servername: servername || host }) : socket),
      // Its type asks for a socket beside the error, too.
      error => done?.(error, new Duplex()),
    )
    return undefined
  }
  return agent
}

/** @throws where the proxy does not let us through: its status, and nothing of what it wrote */
function tunnel(proxy: URL, target: string): Promise<Duplex> {
  const { username, password, protocol, hostname, port } = proxy
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const request = (protocol === 'https:' ? httpsRequest : httpRequest)({
    method: 'CONNECT',
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port || (protocol === 'https:' ? 443 : 80),
    path: target,
    agent: false,
    timeout: 30_000,
    headers: {
      host: target,
      ...(username !== '' && { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` }),
    },
  })
  return new Promise((resolve, reject) => {
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket)
      socket.destroy()
      reject(new Error(`the proxy answered ${response.statusCode}`))
    })
    request.once('timeout', () => request.destroy(new Error('the proxy did not answer')))
    request.once('error', reject)
    request.end()
  })
}
