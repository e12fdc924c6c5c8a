import { describe, expect, it } from 'vitest'
import { connectionFailure } from '../../../src/core/errors/connection-reason.ts'

const failed = (code: string) =>
  connectionFailure(
    new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) }),
    'argo.example',
    '`argocd.server`',
  )

describe('a connection that was not made', () => {
  it.each([
    [
      'ERR_TLS_CERT_ALTNAME_INVALID',
      /is for another name/,
      /name that the certificate has into `argocd.server`/,
    ],
    ['ERR_TLS_CERT_ALTNAME_FORMAT', /is for another name/, /name that the certificate has/],
    ['CERT_HAS_EXPIRED', /has expired/, /Renew the certificate/],
    ['CERT_NOT_YET_VALID', /is not valid yet/, /clock/],
    ['CERT_REVOKED', /was revoked/, /new certificate/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /is not trusted/, /NODE_EXTRA_CA_CERTS/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /is not trusted/, /NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /is not trusted/, /whole chain/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /is not trusted/, /NODE_EXTRA_CA_CERTS/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS/, /port of `argocd.server`/],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', /no TLS connection/, /TLS 1.2 or 1.3/],
    ['EPROTO', /no TLS connection/, /proxy/],
  ])('%s has advice of its own, and is not tried again', (code, words, fix) => {
    const { said, fix: advice, passing } = failed(code)

    expect(said).toMatch(words)
    expect(said).toContain('argo.example')
    expect(said.endsWith(`: ${code}`)).toBe(true)
    expect(advice).toMatch(fix)
    expect(passing).toBe(false)
  })

  it.each([
    ['ENOTFOUND', /has no address here/],
    ['EAI_AGAIN', /has no address here/],
    ['ECONNREFUSED', /network, the proxy and `argocd.server`/],
    ['UND_ERR_SOCKET', /network/],
  ])('%s may pass', (code, fix) => {
    expect(failed(code)).toMatchObject({
      said: `no connection to argo.example: ${code}`,
      fix: expect.stringMatching(fix),
      passing: true,
    })
  })

  it('only a trust that is missing is told to add an authority', () => {
    const others = ['ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED', 'EPROTO', 'ENOTFOUND', 'ECONNRESET']
    for (const code of others) expect(failed(code).fix).not.toContain('NODE_EXTRA_CA_CERTS')
  })

  it('without a code has the innermost message', () => {
    const { said } = connectionFailure(new Error('a', { cause: new Error('the proxy hung up') }), 'h', 's')

    expect(said).toBe('no connection to h: the proxy hung up')
  })
})
