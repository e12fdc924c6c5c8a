/** Why a connection was not made, and what can be done about it: one table for all that Assay connects to. */

export interface ConnectionFailure {
  /** One line that names the host and the code. */
  said: string
  fix: string
  /** It may be gone in a moment. A certificate is the same the next time; it is never ignored. */
  passing: boolean
}

/**
 * What a request that threw means: by the code of Node or the system, which stands some causes deep, else by the innermost message.
 * `setting`: where the address is written, as people know it.
 */
export function connectionFailure(error: unknown, host: string, setting: string): ConnectionFailure {
  const reason = connectionReason(error)
  const { codes: _, words, fix, passing = false } = REASONS.find(({ codes }) => codes.test(reason)) ?? OTHER
  return {
    said: `${words.replace('HOST', () => host)}: ${reason}`,
    fix: fix.replace('SETTING', () => setting),
    passing,
  }
}

// --- internal ---

interface Reason {
  codes: RegExp
  words: string
  fix: string
  passing?: boolean
}

function connectionReason(error: unknown): string {
  const chain: { code?: unknown; message?: unknown }[] = []
  for (let cause = error; cause instanceof Error && chain.length < 5; cause = cause.cause)
    chain.unshift(cause)
  const code = chain.map(cause => cause.code).find(one => typeof one === 'string')
  return code ?? String(chain[0]?.message ?? error)
}

/** Codes of Node's `tls`, of OpenSSL (`X509_V_ERR_…` without that) and of the system. The first row that fits counts. */
const REASONS: readonly Reason[] = [
  {
    codes: /ALTNAME/,
    words: 'the certificate of HOST is for another name',
    fix: 'Write the name that the certificate has into SETTING, or give the server a certificate for this one',
  },
  {
    codes: /(?:CERT|CRL)_HAS_EXPIRED/,
    words: 'the certificate of HOST has expired',
    fix: 'Renew the certificate of the server; if it is new, set the clock of this machine',
  },
  {
    codes: /(?:CERT|CRL)_NOT_YET_VALID/,
    words: 'the certificate of HOST is not valid yet',
    fix: 'Set the clock of this machine, or that of the machine that made the certificate',
  },
  {
    codes: /CERT_REVOKED/,
    words: 'the certificate of HOST was revoked',
    fix: 'Give the server a new certificate',
  },
  {
    codes: /CERT|SELF_SIGNED|UNABLE_TO|INVALID_CA|INVALID_PURPOSE/,
    words: 'the certificate of HOST is not trusted',
    fix: 'Name a file with the certificate of its authority in NODE_EXTRA_CA_CERTS; a server that leaves out what is in between has to send the whole chain',
  },
  {
    codes: /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/,
    words: 'HOST does not speak TLS on this port',
    fix: 'Check scheme and port of SETTING: it is plain http there, or another service',
  },
  {
    codes: /TLS|SSL|EPROTO/,
    words: 'no TLS connection to HOST',
    fix: 'Look at the versions that the server, or a proxy in between, allows: TLS 1.2 or 1.3 is needed',
  },
  {
    codes: /ENOTFOUND|EAI_/,
    words: 'no connection to HOST',
    fix: 'The name has no address here: check SETTING; names of a private network need a runner inside it',
    passing: true,
  },
]

const OTHER: Reason = {
  codes: /./,
  words: 'no connection to HOST',
  fix: 'Check the network, the proxy and SETTING, then run again',
  passing: true,
}
