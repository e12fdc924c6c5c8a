import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { isAssayError } from '../../../../src/core/errors/errors.ts'
import { imageManifest, TYPES } from '../../../../src/core/image/manifest.ts'
import { renderError } from '../../../../src/core/text/error-text.ts'
import type { Blob } from '../../../../src/services/registry/push/blob.ts'
import { keptUploads } from '../../../../src/services/registry/push/kept-uploads.ts'
import { digestOf } from '../../../../src/services/registry/push/manifests.ts'
import { pushImage } from '../../../../src/services/registry/push/push-image.ts'
import { type PushOptions, remoteAt } from '../../../../src/services/registry/push/remote.ts'
import { pushRunFacts } from '../../../../src/services/registry/push/run-facts.ts'
import { type Uploaded, upload } from '../../../../src/services/registry/push/upload.ts'
import { type Quirks, quirkyRegistry } from './quirky-registry.ts'

const opened: { close(): void }[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.close()
})

const MB = 1_000_000

/** Bytes that are not all alike, so that one in the wrong place is seen. */
function bytesOf(length: number, seed = 1): Buffer {
  return Buffer.from(
    Uint32Array.from({ length: Math.ceil(length / 4) }, (_, index) => (index + seed) * 2654435761).buffer,
  ).subarray(0, length)
}

function blobOf(bytes: Buffer, more: Partial<Blob> = {}): Blob {
  return {
    digest: digestOf(bytes),
    size: bytes.length,
    async *read(from) {
      for (let at = from; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000)
    },
    ...more,
  }
}

async function world(quirks: Quirks = {}, options: Partial<PushOptions> = {}) {
  const registry = await quirkyRegistry(quirks)
  const cache = mkdtempSync(join(tmpdir(), 'assay-push-'))
  const env = {
    HOME: '/nonexistent',
    XDG_CACHE_HOME: cache,
    ASSAY_REGISTRY_HOST: registry.host,
    ASSAY_REGISTRY_USER: 'ada',
    ASSAY_REGISTRY_PASSWORD: 'CANARY-password',
  }
  const waits: number[] = []
  const open = () => {
    const remote = remoteAt(
      {
        host: registry.host,
        repository: 'acme/churn',
        actions: 'pull,push',
        title: 'it could not be pushed',
      },
      { env, wait: async pause => void waits.push(pause), idle: 2_000, ...options },
    )
    opened.push(remote)
    return remote
  }
  opened.push(registry)
  const kept = keptUploads('acme/churn', env)
  return {
    registry,
    open,
    kept,
    waits,
    push: (blob: Blob): Promise<Uploaded> => upload(open(), blob, kept),
    sent: () =>
      registry.seen.filter(({ bytes }) => bytes > 0).map(({ method, bytes }) => `${method} ${bytes}`),
    has: (bytes: Buffer) => registry.blobs.get(`acme/churn@${digestOf(bytes)}`)?.equals(bytes) ?? false,
  }
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (!isAssayError(error)) throw error ?? new Error('nothing was refused')
  expect(renderError(error)).not.toContain('CANARY')
  return `${error.code}: ${error.problems[0]!.what}`
}

describe('a layer', () => {
  const bytes = bytesOf(MB + 17)
  /** More than hosted registries take at once. */
  const large = bytesOf(9 * MB + 17)

  it('goes by one PUT, and is not sent again', async () => {
    const { push, sent, has } = await world()

    expect(await push(blobOf(bytes))).toBe('sent')
    expect(await push(blobOf(bytes))).toBe('there')
    expect(sent()).toEqual([`PUT ${bytes.length}`])
    expect(has(bytes)).toBe(true)
  })

  it.each([
    [
      'GHCR',
      { mostPut: { bytes: 5 * MB, status: 413 }, mostPatch: 4 * 1024 * 1024 },
      [4 * MB, 4 * MB, MB + 17],
    ],
    [
      'ECR',
      { mostPut: { bytes: 5 * MB, status: 416 }, leastPatch: 5 * MB, patched: 201, stuckRange: true },
      [8 * MB, MB + 17],
    ],
    [
      'one that names the least',
      { mostPut: { bytes: 5 * MB, status: 413 }, leastPatch: 6 * MB, chunkMin: 6 * MB },
      [6 * MB, 3 * MB + 17],
    ],
  ])('goes in chunks where %s takes no more at once', async (_, quirks, chunks) => {
    const { push, sent, has } = await world(quirks)

    expect(await push(blobOf(large))).toBe('sent')
    expect(sent().slice(-chunks.length)).toEqual(chunks.map(size => `PATCH ${size}`))
    expect(has(large)).toBe(true)
  })

  it('goes on where it was cut, where the registry says how much it has', async () => {
    const { push, registry, has } = await world({ cuts: [0.4 * MB, 0.2 * MB], resumes: true })

    expect(await push(blobOf(bytes))).toBe('sent')
    expect(has(bytes)).toBe(true)
    const whole = registry.seen.filter(({ method }) => method === 'POST')
    expect(whole).toHaveLength(1)
  })

  it('begins anew where the registry has forgotten what came', async () => {
    const { push, registry, waits, has } = await world({ cuts: [0.4 * MB, 0.2 * MB] })

    expect(await push(blobOf(bytes))).toBe('sent')
    expect(has(bytes)).toBe(true)
    expect(registry.seen.filter(({ method }) => method === 'POST')).toHaveLength(3)
    expect(waits).toEqual([1_000, 3_000])
  })

  it('goes on in another process', async () => {
    const { push, registry, kept, open, has } = await world({ resumes: true })
    const dying = blobOf(bytes, {
      async *read() {
        yield bytes.subarray(0, 0.3 * MB)
        await new Promise(resolve => setTimeout(resolve, 100))
        throw Object.assign(new Error('killed'), { code: 'EKILLED' })
      },
    })
    // As a process that is killed leaves it.
    const stopped = upload({ ...open(), wait: () => new Promise(() => {}) }, dying, kept)
    await Promise.race([stopped, new Promise(resolve => setTimeout(resolve, 500))])

    expect(await push(blobOf(bytes))).toBe('sent')
    expect(registry.seen.at(-2)).toMatchObject({ method: 'PATCH', bytes: bytes.length - 0.3 * MB })
    expect(has(bytes)).toBe(true)
    expect(await kept.take(digestOf(bytes))).toBeUndefined()
  })

  it.each(['path', 'elsewhere'] as const)(
    'follows the address of the upload: %s, and shows credentials to the registry alone',
    async locations => {
      const { push, registry, has } = await world({ locations, tokenLasts: 100 })

      await push(blobOf(bytes))

      expect(has(bytes)).toBe(true)
      const put = registry.seen.find(({ method }) => method === 'PUT')!
      expect(put.host).toBe(locations === 'path' ? registry.host : registry.elsewhere)
      expect(put.authorization).toBe(locations === 'path' ? 'Bearer token-1' : undefined)
      expect(registry.tokens[0]!.scopes).toEqual(['repository:acme/churn:pull,push'])
    },
  )

  it('is told to be there by the last look, though the answer was lost', async () => {
    const { push, registry, sent } = await world()
    const blob = blobOf(bytes)
    const losing = blobOf(bytes, {
      async *read(from) {
        registry.blobs.set(`acme/churn@${blob.digest}`, bytes)
        yield* blob.read(from)
        throw new Error('the answer is lost')
      },
    })

    expect(await push(losing)).toBe('sent')
    expect(sent().length).toBeLessThanOrEqual(1)
  })

  it('takes a new token in the middle', async () => {
    const { push, registry, has } = await world({ tokenLasts: 2 })

    await push(blobOf(bytes))
    await push(blobOf(bytesOf(10)))

    expect(has(bytes)).toBe(true)
    expect(registry.tokens.length).toBeGreaterThan(1)
  })

  it.each([
    [
      { status: 403, body: '{"errors":[{"code":"DENIED","message":"CANARY"}]}' },
      'REGISTRY_DENIED: HOST: it answered 403 DENIED',
    ],
    [
      { status: 404, body: '{"errors":[{"code":"NAME_UNKNOWN"}]}' },
      'REGISTRY_NOT_FOUND: HOST: it answered 404 NAME_UNKNOWN',
    ],
    [{ status: 202 }, 'REGISTRY_ANSWER: HOST: it does not say where the upload goes on'],
    [
      { status: 202, headers: { location: 'http://example.com/x' } },
      'REGISTRY_ANSWER: HOST: it sends elsewhere, to an address that is not https',
    ],
    [{ status: 200, body: '<html>CANARY' }, 'REGISTRY_ANSWER: HOST: it answered 200'],
  ])('is refused with the reason: %j', async (answer, expected) => {
    const { push, registry } = await world({
      once: new Map([['POST /v2/acme/churn/blobs/uploads/', answer]]),
    })

    expect(await refusal(push(blobOf(bytes)))).toBe(expected.replace('HOST', registry.host))
  })

  it('is given up where nothing comes of it, after a few tries', async () => {
    const { push, registry, waits } = await world({ cuts: Array(9).fill(0) })

    expect(await refusal(push(blobOf(bytes)))).toMatch(/^REGISTRY_UNREACHABLE: 127.*the connection failed/)
    expect(registry.seen.filter(({ method }) => method === 'PUT')).toHaveLength(5)
    expect(waits).toEqual([1_000, 3_000, 9_000, 27_000])
  })

  it('is given up after a hundred cuts, though each time a little more is there', async () => {
    const { push, registry, waits } = await world({ cuts: Array(400).fill(10), resumes: true })
    const slow = blobOf(bytes, {
      async *read(from) {
        for (let at = from; at < bytes.length; at += 1_000) {
          yield bytes.subarray(at, at + 1_000)
          await new Promise(resolve => setImmediate(resolve))
        }
      },
    })

    expect(await refusal(push(slow))).toMatch(/^REGISTRY_UNREACHABLE: /)
    expect(waits).toHaveLength(100)
    expect(registry.seen.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  it('is given up where nothing moves, however long it took before', async () => {
    const deaf = createServer(() => {})
    await new Promise<void>(resolve => deaf.listen(0, '127.0.0.1', resolve))
    opened.push({
      close() {
        deaf.closeAllConnections()
        deaf.close()
      },
    })
    const location = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}/x`
    const answer = { status: 202, headers: { location } }
    const once = new Map([['POST /v2/acme/churn/blobs/uploads/', answer]])
    const { push, has } = await world({ once }, { idle: 200 })
    const begun = performance.now()

    expect(await push(blobOf(large))).toBe('sent')
    expect(performance.now() - begun).toBeGreaterThan(200)
    expect(has(large)).toBe(true)
  })

  it('is not sent where the registry sends elsewhere for its bytes', async () => {
    const once = new Map([
      [
        `HEAD /v2/acme/churn/blobs/${digestOf(bytes)}`,
        { status: 307, headers: { location: 'https://cdn.example/x' } },
      ],
    ])
    const { push, registry } = await world({ once })

    expect(await push(blobOf(bytes))).toBe('there')
    expect(registry.seen).toHaveLength(1)
  })

  it('is sent where nothing can be kept of where it goes on', async () => {
    const { open, registry } = await world()

    expect(await upload(open(), blobOf(bytes), keptUploads('x', { XDG_CACHE_HOME: '/dev/null' }))).toBe(
      'sent',
    )
    expect(registry.seen.at(-1)!.bytes).toBe(bytes.length)
  })

  it('that changes while it is sent is sent once more, and then told', async () => {
    const { push, sent } = await world()

    expect(await refusal(push({ ...blobOf(bytesOf(1000, 5)), digest: digestOf(bytes) }))).toContain(
      '400 DIGEST_INVALID',
    )
    expect(sent()).toEqual(['PUT 1000', 'PUT 1000'])
  })

  it('goes through a proxy by CONNECT, with its password', async () => {
    const connects: { target: string; authorization: string | undefined }[] = []
    const proxy = createServer().on('connect', (request, socket) => {
      connects.push({ target: request.url!, authorization: request.headers['proxy-authorization'] })
      const [host, port] = request.url!.split(':')
      const through = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        through.pipe(socket).pipe(through)
      })
      for (const one of [socket, through]) one.on('error', () => one.destroy())
    })
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
    opened.push(proxy)
    const address = new URL(`http://me:p%40ss@127.0.0.1:${(proxy.address() as AddressInfo).port}`)
    const { push, registry, has } = await world({}, { proxyFor: () => address })

    await push(blobOf(bytes))

    expect(has(bytes)).toBe(true)
    const authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`
    expect([...new Set(connects.map(one => JSON.stringify(one)))]).toEqual([
      JSON.stringify({ target: registry.host, authorization }),
    ])
  })
})

describe('an image', () => {
  const layer = bytesOf(1000)
  const prepared = (seed = 1) => {
    const config = bytesOf(100, seed)
    const [configBlob, layerBlob] = [blobOf(config), blobOf(layer)]
    const bytes = imageManifest(
      { mediaType: TYPES.config, ...configBlob },
      [{ mediaType: TYPES.layer, ...layerBlob }],
      {},
    )
    return { blobs: [layerBlob, configBlob], manifests: [{ mediaType: TYPES.manifest, bytes }] }
  }
  const told = () => {}

  it('is shown by its tag when all else is there, and never before', async () => {
    const { open, kept, registry } = await world()

    const { digest } = await pushImage(open(), prepared(), 'v1', { kept, told })

    const puts = registry.seen
      .filter(({ method }) => method === 'PUT')
      .map(({ path }) => path.replace(/uploads\/.*/, 'uploads'))
    expect(puts).toEqual([
      '/v2/acme/churn/blobs/uploads',
      '/v2/acme/churn/blobs/uploads',
      `/v2/acme/churn/manifests/${digest}`,
      '/v2/acme/churn/manifests/v1',
    ])
  })

  it('that is there by its digest gets the tag alone', async () => {
    const { open, kept, registry } = await world()
    await pushImage(open(), prepared(), 'v1', { kept, told })
    registry.seen.length = 0

    expect(await pushImage(open(), prepared(), 'v2', { kept, told })).toMatchObject({ isNew: false })
    expect(registry.seen.map(({ method, path }) => `${method} ${path.slice(0, 27)}`)).toEqual([
      'GET /v2/acme/churn/manifests/sh',
      'GET /v2/acme/churn/manifests/v2',
      'PUT /v2/acme/churn/manifests/v2',
      'GET /v2/acme/churn/manifests/v2',
    ])
  })

  it('is not there where other bytes are under its digest', async () => {
    const { open, kept, registry } = await world()
    const { digest } = await pushImage(open(), prepared(), 'v1', { kept, told })
    const other = prepared(2).manifests[0]!
    registry.manifests.set(`acme/churn@${digest}`, { bytes: other.bytes, type: TYPES.manifest })

    expect(await refusal(pushImage(open(), prepared(), 'v1', { kept, told }))).toContain('REGISTRY_ANSWER: ')
  })

  it('is told where its tag names something else, though it was taken', async () => {
    const path = 'PUT /v2/acme/churn/manifests/v1'
    const { open, kept, registry } = await world({ once: new Map([[path, { status: 201 }]]) })
    const other = prepared(2).manifests[0]!
    registry.manifests.set('acme/churn@v1', { bytes: other.bytes, type: TYPES.manifest })

    expect(await refusal(pushImage(open(), prepared(), 'v1', { kept, told }))).toContain(
      '`v1` was put, and does not name what was sent',
    )
  })

  it('that cannot be pushed whole says what is there', async () => {
    const once = new Map([
      [`PUT /v2/acme/churn/manifests/${digestOf(prepared().manifests[0]!.bytes)}`, { status: 413 }],
    ])
    const { open, kept } = await world({ once })

    await expect(pushImage(open(), prepared(), 'v1', { kept, told })).rejects.toMatchObject({
      code: 'REGISTRY_REFUSED',
      worked: '2 of 2 parts are in the registry (1 kB) and are not sent again; `v1` is what it was',
    })
  })

  it('is refused where the registry says that it has another digest', async () => {
    const path = `PUT /v2/acme/churn/manifests/${digestOf(prepared().manifests[0]!.bytes)}`
    const headers = { 'docker-content-digest': digestOf(layer) }
    const { open, kept } = await world({ once: new Map([[path, { status: 201, headers }]]) })

    expect(await refusal(pushImage(open(), prepared(), 'v1', { kept, told }))).toContain(
      'another digest than what was sent',
    )
  })
})

describe('which run made an image', () => {
  const subject = { mediaType: TYPES.manifest, digest: `sha256:${'ab'.repeat(32)}`, size: 10 }
  const facts = {
    created: '2026-11-30T00:00:00Z',
    run: 'https://ci.example/1',
    pullRequest: 7,
    assay: '0.1.0',
  }
  const tag = `sha256-${'ab'.repeat(32)}`

  it('is left to the list of a registry that keeps one', async () => {
    const { open, kept, registry } = await world({ subjects: true })

    await pushRunFacts(open(), subject, facts, kept)

    expect([...registry.manifests.keys()].filter(key => key.endsWith(tag))).toEqual([])
    expect(JSON.parse([...registry.manifests.values()][0]!.bytes.toString())).toMatchObject({
      artifactType: 'application/vnd.assay.run.v1+json',
      subject,
      annotations: { 'dev.assay.run': 'https://ci.example/1', 'dev.assay.pull-request': '7' },
    })
  })

  it('is listed under the fallback tag elsewhere, beside what truly names the image', async () => {
    const { open, kept, registry } = await world()
    await pushRunFacts(open(), subject, facts, kept)
    // GitLab answers with the subject itself, whose parts would look like referrers.
    const listed = JSON.parse(registry.manifests.get(`acme/churn@${tag}`)!.bytes.toString())
    const stranger = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: TYPES.manifest }))
    registry.manifests.set(`acme/churn@${digestOf(stranger)}`, { bytes: stranger, type: TYPES.manifest })
    listed.manifests.push({ mediaType: TYPES.manifest, digest: digestOf(stranger), size: stranger.length })
    const bytes = Buffer.from(JSON.stringify(listed))
    registry.manifests.set(`acme/churn@${tag}`, { bytes, type: TYPES.index })

    await pushRunFacts(open(), subject, { ...facts, run: 'https://ci.example/2' }, kept)

    const { manifests } = JSON.parse(registry.manifests.get(`acme/churn@${tag}`)!.bytes.toString())
    expect(
      manifests.map(
        (entry: { annotations?: Record<string, string> }) => entry.annotations?.['dev.assay.run'],
      ),
    ).toEqual(['https://ci.example/1', 'https://ci.example/2'])
  })
})
