import { execFileSync } from 'node:child_process'
import { randomUUID, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** A server on loopback that gives out tokens which a real registry takes: it signs them with a certificate that it shows. */

export interface TokenServer {
  realm: string
  /** File of the certificate, for the registry. */
  certificate: string
  /** What was asked for, in order. */
  asked: { method: string; authorization: string | undefined; parameters: [string, string][] }[]
  stop(): void
}

/** @param grant which of the wanted actions somebody gets, by user (undefined: nobody) or identity token */
export async function startTokenServer(
  grant: (who: string | undefined, repository: string, actions: string[]) => string[],
): Promise<TokenServer> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-tokens-'))
  const files = { key: join(folder, 'key.pem'), certificate: join(folder, 'certificate.pem') }
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const about = ['-nodes', '-subj', '/CN=test', '-days', '2']
  execFileSync(
    'openssl',
    ['req', '-x509', ...curve, ...about, '-keyout', files.key, '-out', files.certificate],
    { stdio: 'pipe' },
  )
  const asked: TokenServer['asked'] = []
  const server = createServer(async (request, response) => {
    const parameters = await parametersOf(request)
    const { method, headers } = request
    asked.push({
      method: method!,
      authorization: headers.authorization,
      parameters: [...parameters].filter(([name]) => name !== 'client_id'),
    })
    const who = parameters.get('refresh_token') ?? userIn(headers.authorization)
    const access = parameters
      .getAll('scope')
      .flatMap(scope => scope.split(' '))
      .map(scope => {
        const [type, name = '', actions = ''] = scope.split(':')
        return { type, name, actions: grant(who, name, actions.split(',')) }
      })
    const token = signed(access, files)
    response.end(JSON.stringify(method === 'POST' ? { access_token: token } : { token }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    realm: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    certificate: files.certificate,
    asked,
    stop() {
      server.closeAllConnections()
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

// --- internal ---

async function parametersOf(request: IncomingMessage): Promise<URLSearchParams> {
  const query = new URL(request.url!, 'http://x').searchParams
  return request.method === 'POST' ? new URLSearchParams(await text(request)) : query
}

function userIn(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined
  return Buffer.from(authorization.replace('Basic ', ''), 'base64').toString().split(':')[0]
}

/** A JWT (RFC 7519) with the certificate inside, as the registry's `auth: token` wants it. */
function signed(access: unknown, { key, certificate }: { key: string; certificate: string }): string {
  const chain = readFileSync(certificate, 'utf8').replace(/-----[^-]+-----|\s/g, '')
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: 'test', sub: '', aud: 'test', exp: now + 300, nbf: now - 10, iat: now }
  const encoded = [
    { typ: 'JWT', alg: 'ES256', x5c: [chain] },
    { ...claims, jti: randomUUID(), access },
  ].map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
  const signature = sign('sha256', Buffer.from(encoded.join('.')), {
    key: readFileSync(key),
    dsaEncoding: 'ieee-p1363',
  })
  return [...encoded, signature.toString('base64url')].join('.')
}
