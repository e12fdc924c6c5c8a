import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { renderError } from '../../../src/core/text/error-text.ts'
import { type ArgoCdOptions, argocd } from '../../../src/services/argocd/argocd.ts'
import { application, COMMIT, deployment, type Json, madeDeployment } from '../../support/argo-world.ts'
import { useArgoCd } from '../../support/argocd.ts'
import type { Fault } from '../../support/faults.ts'

const double = useArgoCd()
const closing: (() => void)[] = []

afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A client that does not really wait, and what it would have waited. */
function client(options: Partial<ArgoCdOptions> = {}) {
  const pauses: number[] = []
  const wait = async (milliseconds: number) => void pauses.push(milliseconds)
  return { argo: argocd({ server: double.url, token: double.token, wait, ...options }), pauses }
}

const serve = (change: (made: Json) => void = () => {}) => {
  const made = application()
  change(made)
  double.applications.set('churn-staging', {
    application: made,
    live: [deployment()],
    tree: [madeDeployment('Healthy')],
  })
}
const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as AssayError,
  )

describe('the client of Argo CD', () => {
  it('reads an application, its manifests, what they made and its sync windows', async () => {
    serve()
    const { argo } = client()

    const read = await argo.application('churn-staging', 'ml')
    const manifests = await argo.managedResources('churn-staging', 'ml')
    const tree = await argo.resourceTree('churn-staging', 'ml')
    const windows = await argo.syncWindows('churn-staging', 'ml')

    expect(read.status.sync?.revision).toBe(COMMIT)
    expect(manifests).toMatchObject([{ kind: 'Deployment', name: 'churn', live: { spec: { replicas: 2 } } }])
    expect(tree).toMatchObject([{ kind: 'Deployment', health: { status: 'Healthy' } }])
    expect(windows).toMatchObject({ canSync: true })
    expect(double.requests).toEqual([
      'GET /api/v1/applications/churn-staging?project=ml',
      'GET /api/v1/applications/churn-staging/managed-resources?project=ml',
      'GET /api/v1/applications/churn-staging/resource-tree?project=ml',
      'GET /api/v1/applications/churn-staging/syncwindows?project=ml',
    ])
  })

  it('has Argo CD look again, and reads what it saw', async () => {
    serve(made => (made.status.sync.revision = 'a'.repeat(40)))
    double.onRefresh = name => (double.applications.get(name)!.application.status.sync.revision = COMMIT)

    const read = await client().argo.refresh('churn-staging', 'ml')

    expect(read.status.sync?.revision).toBe(COMMIT)
    expect(double.requests).toEqual(['GET /api/v1/applications/churn-staging?project=ml&refresh=normal'])
  })

  it('asks in another namespace for an application that is named with one', async () => {
    serve()
    const { argo } = client()

    await argo.application('team-ml/churn-staging', 'ml')
    await argo.managedResources('team-ml/churn-staging', 'ml')

    expect(double.requests).toEqual([
      'GET /api/v1/applications/churn-staging?project=ml&appNamespace=team-ml',
      'GET /api/v1/applications/churn-staging/managed-resources?project=ml&appNamespace=team-ml',
    ])
  })

  it('takes a token with the line break of the file it was in', async () => {
    serve()

    await expect(
      client({ token: `${double.token}\n` }).argo.application('churn-staging'),
    ).resolves.toBeDefined()
  })
})

describe('an application that is not to be had', () => {
  it('with a project: says that it is not there, or elsewhere, or not to be seen', async () => {
    await expect(client().argo.application('churn-staging', 'ml')).rejects.toMatchObject({
      code: 'ARGOCD_NOT_FOUND',
      problems: [
        {
          what: '[GET] /api/v1/applications/churn-staging: 404 applications.argoproj.io "churn-staging" not found',
          fix: expect.stringMatching(
            /no such application yet, or it is in another project, or the token may not/,
          ),
        },
      ],
    })
  })

  it('without one: says that 403 means either', async () => {
    await expect(client().argo.application('churn-staging')).rejects.toMatchObject({
      code: 'ARGOCD_FORBIDDEN',
      problems: [{ fix: expect.stringMatching(/Either there is no such application, or the token lacks/) }],
    })
  })

  it('in a project that the token may not see: names the permission', async () => {
    serve()

    await expect(client().argo.application('churn-staging', 'other')).rejects.toMatchObject({
      code: 'ARGOCD_FORBIDDEN',
      problems: [{ fix: expect.stringMatching(/^Give the token `applications, get`/) }],
    })
  })

  it('to a token that is wrong: says so', async () => {
    await expect(client({ token: 'eyJ.wrong.token' }).argo.application('x', 'ml')).rejects.toMatchObject({
      code: 'ARGOCD_UNAUTHORIZED',
    })
  })

  it.each(['..', '../../session', 'a/b/c', '/b', 'a/', 'a..b', '', 'Churn', 'x?refresh=hard', '.', '-x'])(
    'for its name %j, which can be none: asks nobody',
    async name => {
      await expect(client().argo.application(name, 'ml')).rejects.toMatchObject({
        code: 'ARGOCD_NAME_INVALID',
      })
      expect(double.requests).toEqual([])
    },
  )
})

describe('a server that fails', () => {
  it.each<[Fault, string, number]>([
    [500, 'ARGOCD_UNAVAILABLE', 4],
    [502, 'ARGOCD_UNAVAILABLE', 4],
    [503, 'ARGOCD_UNAVAILABLE', 4],
    [429, 'ARGOCD_UNAVAILABLE', 4],
    ['reset', 'ARGOCD_UNREACHABLE', 4],
    ['hang', 'ARGOCD_TIMEOUT', 4],
    ['drip', 'ARGOCD_TIMEOUT', 4],
    ['html', 'ARGOCD_BAD_ANSWER', 1],
    ['empty', 'ARGOCD_REJECTED', 1],
    ['redirect', 'ARGOCD_BAD_ANSWER', 1],
    [400, 'ARGOCD_REJECTED', 1],
    [401, 'ARGOCD_UNAUTHORIZED', 1],
    [403, 'ARGOCD_FORBIDDEN', 1],
    [404, 'ARGOCD_NOT_FOUND', 1],
  ])('with %s: is %s after %i requests', async (fault, code, requests) => {
    serve()
    double.fail({ fault })
    const { argo } = client(fault === 'hang' || fault === 'drip' ? { deadline: 200 } : {})

    const error = await errorOf(argo.application('churn-staging', 'ml'))

    expect(error).toMatchObject({
      code,
      problems: [{ what: expect.stringContaining('/applications/churn-staging') }],
    })
    expect(double.requests).toHaveLength(requests)
  })

  it.each<Fault>([500, 503, 429, 'reset', 'hang'])(
    'with %s, but not for ever: is asked again',
    async fault => {
      serve()
      double.fail({ fault, times: 2 })
      const { argo, pauses } = client(fault === 'hang' ? { deadline: 2000 } : {})

      await expect(argo.managedResources('churn-staging', 'ml')).resolves.toHaveLength(1)
      expect(pauses).toEqual([1000, 2000])
    },
  )

  it('and says for how long: is left alone for that time, within reason', async () => {
    serve()
    double.fail({ fault: 429, times: 1, headers: { 'retry-after': '7' } })
    double.fail({ fault: 429, times: 1, headers: { 'retry-after': '86400' } })
    const { argo, pauses } = client()

    await argo.application('churn-staging', 'ml')

    expect(pauses).toEqual([7000, 30_000])
  })

  it('while it refreshes: is not asked to refresh again', async () => {
    serve()
    double.fail({ fault: 503 })

    await expect(client().argo.refresh('churn-staging', 'ml')).rejects.toMatchObject({
      code: 'ARGOCD_UNAVAILABLE',
    })
    expect(double.requests).toHaveLength(1)
  })

  it.each<[string, string]>([
    ['a cut-off', '{"metadata": {"name": "churn'],
    ['an empty', ''],
    ['a foreign', '{"hello": "world"}'],
    ['an array of an', '[]'],
    ['no', 'null'],
  ])('with %s answer: is not believed', async (_, body) => {
    const url = await answering(body)

    await expect(client({ server: url }).argo.application('churn-staging', 'ml')).rejects.toMatchObject({
      code: 'ARGOCD_BAD_ANSWER',
    })
  })

  it('with an answer without an end: is not read to the end', async () => {
    const url = await answering(
      JSON.stringify({ items: [{ kind: 'x', name: 'x', liveState: 'x'.repeat(100_000) }] }),
    )

    await expect(
      client({ server: url, largest: 10_000 }).argo.managedResources('x', 'ml'),
    ).rejects.toMatchObject({
      code: 'ARGOCD_BAD_ANSWER',
      problems: [{ what: expect.stringContaining('more than') }],
    })
  })

  it('by sending elsewhere: elsewhere sees no token', async () => {
    const seen: (string | undefined)[] = []
    const elsewhere = await answering('{}', seen)
    double.fail({ fault: 'redirect', headers: { location: `${elsewhere}/login?state=secret` } })

    const error = await errorOf(client().argo.application('churn-staging', 'ml'))

    expect(error).toMatchObject({ code: 'ARGOCD_BAD_ANSWER' })
    expect(error!.problems[0]!.what).toContain(`redirected to ${new URL(elsewhere).host}`)
    expect(error!.problems[0]!.what).not.toContain('secret')
    expect(seen).toEqual([])
  })

  it('is left when the job is stopped', async () => {
    double.fail({ fault: 'hang' })
    const stop = new AbortController()
    const asking = client({ signal: stop.signal }).argo.application('churn-staging', 'ml')
    setTimeout(() => stop.abort(new Error('stopped')), 50)

    await expect(asking).rejects.toThrow('stopped')
  })
})

describe('a server or token that cannot be', () => {
  it.each([
    ['ftp://argocd.example', 'ARGOCD_URL_INVALID'],
    ['argocd.example', 'ARGOCD_URL_INVALID'],
    ['https://me:secret@argocd.example', 'ARGOCD_URL_INVALID'],
    ['https://argocd.example?x=1', 'ARGOCD_URL_INVALID'],
    ['http://argocd.example', 'ARGOCD_URL_INVALID'],
  ])('%s is refused', (server, code) => {
    expect(() => argocd({ server, token: 'x' })).toThrowError(expect.objectContaining({ code }))
  })

  it.each([
    'http://argocd-server.argocd.svc',
    'http://localhost:8080/argocd',
    'http://argocd-server',
    'https://argocd.example/root/',
  ])('%s is taken', server => {
    expect(() => argocd({ server, token: 'x' })).not.toThrow()
  })

  it('keeps the path that the server has', async () => {
    const asked: string[] = []
    const fetching: typeof fetch = async input => {
      asked.push(String(input))
      return new Response('{}', { status: 500 })
    }
    await errorOf(
      argocd({
        server: 'https://argocd.example/root/',
        token: 'x',
        fetch: fetching,
        backoff: [],
      }).application('a', 'ml'),
    )

    expect(asked).toEqual(['https://argocd.example/root/api/v1/applications/a?project=ml'])
  })

  it.each(['', 'two words', 'line\nbreak', 'tökén'])('the token %j is refused without being shown', token => {
    const error = (() => {
      try {
        argocd({ server: 'https://argocd.example', token })
      } catch (caught) {
        return caught as AssayError
      }
    })()

    expect(error).toMatchObject({ code: 'ARGOCD_UNAUTHORIZED' })
    if (token !== '') expect(inspect(error, { depth: 20 })).not.toContain(token)
  })
})

describe('an error', () => {
  it.each<Fault>([401, 403, 404, 500, 'html', 'reset', 'hang', 'redirect'])(
    'holds no token in any part of it (%s)',
    async fault => {
      double.fail({ fault, headers: fault === 'redirect' ? { location: `/x?token=${double.token}` } : {} })

      const error = await errorOf(
        client({ deadline: 100, backoff: [] }).argo.application('churn-staging', 'ml'),
      )

      expect(error).toBeInstanceOf(AssayError)
      const everything = [
        inspect(error, { depth: 20, showHidden: true }),
        renderError(error!),
        JSON.stringify(error),
      ]
      expect(everything.join('\n')).not.toContain(double.token)
    },
  )

  it('masks a token that the server hands back, and makes what it says visible', async () => {
    const url = await answering(JSON.stringify({ message: `no\u001b[31m ${double.token}\u202e` }), [], 403)

    const error = await errorOf(client({ server: url }).argo.application('churn-staging', 'ml'))

    expect(error!.problems[0]!.what).toBe('[GET] /api/v1/applications/churn-staging: 403 no␛[31m ***\\u202e')
  })
})

/** A server that answers everything with the same. */
async function answering(body: string, seen: (string | undefined)[] = [], status = 200): Promise<string> {
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
