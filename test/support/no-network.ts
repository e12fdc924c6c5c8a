import { Socket } from 'node:net'

// No test talks to the network: only servers on this machine answer. A worker reads this once a file and is held once.
const HELD = Symbol.for('assay.no-network')
const LOCAL = new Set(['127.0.0.1', 'localhost', '::1'])
const { connect } = Socket.prototype

if (!(HELD in connect)) {
  const held = function (this: Socket, ...given: Parameters<typeof connect>) {
    const host = hostOf(given)
    if (LOCAL.has(host)) return connect.apply(this, given)
    const refused = new Error(`Tests talk to no network, and this was for ${host}`)
    process.nextTick(() => this.destroy(Object.assign(refused, { code: 'ENETUNREACH' })))
    return this
  }
  Socket.prototype.connect = Object.assign(held as typeof connect, { [HELD]: true })
}

// --- internal ---

/** Of `connect(options)`, `connect(port, host)`, `connect(path)`, or of what node has put in order already. */
function hostOf(given: unknown[]): string {
  const [first, second] = Array.isArray(given[0]) ? given[0] : given
  if (typeof first === 'object' && first !== null) {
    const { host, path } = first as { host?: string; path?: string }
    return typeof path === 'string' ? 'localhost' : (host ?? 'localhost')
  }
  return typeof second === 'string' ? second : 'localhost'
}
