import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { digestOf } from '../../../../src/services/registry/push/manifests.ts'
import { remoteAt } from '../../../../src/services/registry/push/remote.ts'
import { readSignatures } from '../../../../src/services/registry/push/signatures.ts'

/** Where registries keep signatures that no registry of the tests keeps there: in the list that they answer themselves. */

const IMAGE = `sha256:${'a'.repeat(64)}`
const TAG = IMAGE.replace(':', '-')
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json'
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const INDEX = 'application/vnd.oci.image.index.v1+json'

type Reply = { status?: number; type?: string; body?: string; headers?: Record<string, string>; cut?: true }

let server: Server | undefined
afterEach(() => server?.close())

/** What is found in a registry that has these answers, by path in the repository. */
async function found(answers: Record<string, Reply>) {
  const asked: string[] = []
  server = createServer((request, response) => {
    const path = decodeURIComponent(request.url!).replace('/v2/acme/churn/', '')
    asked.push(path)
    const { status = 200, type = 'text/plain', body = '', headers, cut } = answers[path] ?? { status: 404 }
    response.writeHead(status, { 'content-type': type, ...headers, ...(cut && { 'content-length': '1000' }) })
    if (cut) response.write('half', () => response.destroy())
    else response.end(body)
  })
  await new Promise<void>(resolve => server!.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const remote = remoteAt(
    { host, repository: 'acme/churn', actions: 'pull', title: 'No signatures' },
    { env: {}, wait: async () => {} },
  )
  try {
    const { found: signatures, isAll } = await readSignatures(remote, IMAGE)
    return { texts: signatures.map(({ bytes }) => Buffer.from(bytes).toString()), isAll, asked }
  } finally {
    remote.close()
  }
}

/** An artifact with a bundle, and where it lies. */
function artifact(text: string, subject = IMAGE) {
  const blob = digestOf(Buffer.from(text))
  const body = JSON.stringify({
    schemaVersion: 2,
    layers: [{ mediaType: BUNDLE, digest: blob, size: text.length }],
    subject: { mediaType: MANIFEST, digest: subject, size: 2 },
  })
  const digest = digestOf(Buffer.from(body))
  return {
    entry: { mediaType: MANIFEST, digest, size: body.length },
    blob: `blobs/${blob}`,
    answers: { [`manifests/${digest}`]: { type: MANIFEST, body }, [`blobs/${blob}`]: { body: text } },
  }
}

const list = (...manifests: object[]): Reply => ({
  type: INDEX,
  body: JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }),
})

describe('signatures of an image', () => {
  const [one, two] = [artifact('one'), artifact('two')]

  it('are found in the list of the registry and under the tag, each once', async () => {
    const { texts, isAll } = await found({
      ...one.answers,
      ...two.answers,
      [`referrers/${IMAGE}`]: list(one.entry),
      [`manifests/${TAG}`]: list(two.entry, one.entry),
    })

    expect(texts).toEqual(['one', 'two'])
    expect(isAll).toBe(true)
  })

  it('are found under the tag where a page is answered in place of a list', async () => {
    const page = { type: 'text/html', body: '<html>Welcome</html>' }
    const { texts } = await found({
      ...one.answers,
      [`referrers/${IMAGE}`]: page,
      [`manifests/${TAG}`]: list(one.entry),
    })

    expect(texts).toEqual(['one'])
  })

  it('are none of what names another image as its subject, wherever it is listed', async () => {
    const other = artifact('of another', `sha256:${'b'.repeat(64)}`)
    const { texts, asked } = await found({ ...other.answers, [`referrers/${IMAGE}`]: list(other.entry) })

    expect(texts).toEqual([])
    expect(asked).not.toContain(other.blob)
  })

  it('are not all where the list goes on, or is longer than what is read', async () => {
    const headers = { link: '</v2/acme/churn/referrers/x?n=2>; rel="next"' }
    const paged = await found({ [`referrers/${IMAGE}`]: { ...list(), headers } })
    const many = Array.from({ length: 51 }, (_, at) => artifact(`${at}`))
    const long = await found({
      ...Object.assign({}, ...many.map(({ answers }) => answers)),
      [`referrers/${IMAGE}`]: list(...many.map(({ entry }) => entry)),
    })

    expect(paged.isAll).toBe(false)
    expect([long.isAll, long.texts.length]).toEqual([false, 50])
  })

  it.each<[string, string, Record<string, Reply>]>([
    ['the list cannot be had', 'REGISTRY_UNREACHABLE', { [`referrers/${IMAGE}`]: { status: 503 } }],
    ['the list is refused', 'REGISTRY_DENIED', { [`referrers/${IMAGE}`]: { status: 403 } }],
    ['the tag is refused', 'REGISTRY_DENIED', { [`manifests/${TAG}.sig`]: { status: 403 } }],
    [
      'a signature is another than its digest says',
      'REGISTRY_ANSWER',
      { [`referrers/${IMAGE}`]: list(one.entry), ...one.answers, [one.blob]: { body: 'else' } },
    ],
    [
      'the connection breaks',
      'REGISTRY_UNREACHABLE',
      { [`referrers/${IMAGE}`]: list(one.entry), ...one.answers, [one.blob]: { cut: true } },
    ],
  ])('are not known where %s', async (_, code, answers) => {
    await expect(found(answers)).rejects.toMatchObject({ code })
  })
})
