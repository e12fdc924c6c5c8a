import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { Watch } from '../../src/core/deploy-config/watch.ts'
import { renderCanary } from '../../src/core/release/canary-file.ts'
import { renderProfile } from '../../src/core/traffic/profile/profile-file.ts'
import { isPrintable, renderObjects } from '../../src/core/yaml/objects.ts'
import { dashboardOf } from '../../src/targets/watch/dashboard.ts'
import { withLogger } from '../../src/targets/watch/logger.ts'
import { eventsAddress, objectName } from '../../src/targets/watch/names.ts'
import { withResource } from '../../src/targets/watch/resources.ts'
import { isCarriedPlain, type Watched, watchFile } from '../../src/targets/watch/watch-file.ts'
import { canaryFile } from '../support/canaries.ts'
import { schemaProblems } from '../support/manifest-schemas.ts'
import { profileOf } from '../support/profiles.ts'

/** What a promotion writes beside a release so that it is watched, and how it is written into what is there. */

const value = profileOf()
const WATCHED: Watched = {
  model: 'churn',
  version: '2026-05-20-b491386',
  environment: 'production',
  profile: { value, text: renderProfile(value) },
  services: ['churn'],
}
const ALL = Watch.parse({
  profile: true,
  events: 'http://assay-collector-events',
  network_policy: true,
  rules: 'counts',
  alerts: { url: 'https://assay.example.com/alerts', secret: 'assay-alerts', namespace: 'models' },
  dashboard: true,
  pods: { port: 8080 },
  requests: 'rate(istio_requests_total{destination_workload="{model}"}[15m])',
  labels: { release: 'prometheus' },
})

// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes
type Json = any
const read = (text: string, version: '1.1' | '1.2' = '1.2'): Json[] =>
  parseAllDocuments(text, { version }).map(document => {
    expect(document.errors).toEqual([])
    return document.toJS()
  })
const objects = (watched: Partial<Watched> = {}, watch: object = ALL) =>
  read(watchFile({ ...WATCHED, ...watched }, Watch.parse(watch))?.text ?? '').filter(Boolean)
const kinds = (found: Json[]) => found.map(one => `${one.kind} ${one.metadata.name}`)

describe('model-watch.yaml', () => {
  it('is what Kubernetes and the operator of Prometheus take', async () => {
    const { text } = watchFile(WATCHED, ALL)!

    expect(schemaProblems(text)).toEqual([])
    expect(read(text, '1.1')).toEqual(read(text))
    expect(kinds(read(text))).toEqual([
      'ConfigMap assay-profile-churn',
      'NetworkPolicy assay-events-churn',
      'PodMonitor assay-churn',
      'PrometheusRule assay-churn',
      'AlertmanagerConfig assay-churn',
      'ConfigMap assay-dashboard-churn',
    ])
    expect(read(text).map(one => one.metadata.labels.release)).toEqual(Array(6).fill('prometheus'))
    await expect(text).toMatchFileSnapshot('../golden/watch/model-watch.yaml')
  })

  it('would not pass the check with a field that there is not', () => {
    const { text } = watchFile(WATCHED, ALL)!

    expect(schemaProblems(text.replace('interval: ', 'every: '))).not.toEqual([])
    expect(schemaProblems(text.replaceAll('record: ', 'called: '))).not.toEqual([])
  })

  it('has each part for itself, and is not there where nothing is asked for', () => {
    expect(watchFile(WATCHED, Watch.parse({}))).toBeUndefined()
    expect(kinds(objects({}, { profile: true }))).toEqual(['ConfigMap assay-profile-churn'])
    expect(kinds(objects({}, { network_policy: true }))).toEqual(['NetworkPolicy assay-events-churn'])
    expect(kinds(objects({}, { rules: 'counts' }))).toEqual(['PrometheusRule assay-churn'])
    expect(kinds(objects({}, { alerts: ALL.alerts! }))).toEqual(['AlertmanagerConfig assay-churn'])
    expect(kinds(objects({}, { pods: { port: 8080 } }))).toEqual(['PodMonitor assay-churn'])
    expect(kinds(objects({ services: undefined }, { pods: { port: 8080 } }))).toEqual([])
    const labels = { app: 'churn' }
    const [monitor] = objects({ services: undefined }, { pods: { port: 8000, path: '/m', labels } })
    expect(monitor.spec).toEqual({
      selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['churn'] }] },
      podMetricsEndpoints: [
        {
          portNumber: 8000,
          path: '/m',
          interval: '30s',
          relabelings: [
            { targetLabel: 'assay_model', replacement: 'churn' },
            { targetLabel: 'assay_environment', replacement: 'production' },
          ],
        },
      ],
    })
    const two = objects({ services: ['one', 'two'] }, { network_policy: true, pods: { port: 8080 } })
    expect(two.map(one => JSON.stringify(one.spec).match(/"values":\["one","two"\]/)?.length)).toEqual([1, 1])
    expect(kinds(objects({}, { dashboard: true }))).toEqual(['ConfigMap assay-dashboard-churn'])
    expect(objects({}, { events: 'http://c' })).toEqual([])
    // An alert on what nobody can know would fire for as long as it serves.
    expect(objects({ profile: undefined }, { rules: 'counts', profile: true })).toEqual([])
  })

  it('tells a server that is no InferenceService where its events go', () => {
    const [, config] = objects({ services: undefined })

    expect(config).toMatchObject({
      kind: 'ConfigMap',
      metadata: { name: 'assay-churn' },
      data: {
        ASSAY_EVENTS_URL: 'http://assay-collector-events/v1/events/churn/2026-05-20-b491386',
        ASSAY_MODEL: 'churn',
        ASSAY_RELEASE: '2026-05-20-b491386',
      },
    })
    expect(kinds(objects({ services: undefined }))).not.toContain('NetworkPolicy assay-events-churn')
  })

  it('tells the pods of a release that is tried that they are that one', () => {
    const tried = { services: undefined, challenger: '2026-06-02-7cd0011' }
    const [serves, tries] = objects(tried, { events: 'http://c' })

    expect(serves.data.ASSAY_RELEASE).toBe('2026-05-20-b491386')
    expect(tries).toMatchObject({
      metadata: { name: 'assay-challenger-churn' },
      data: {
        ASSAY_EVENTS_URL: 'http://c/v1/events/churn/2026-06-02-7cd0011',
        ASSAY_RELEASE: '2026-06-02-7cd0011',
      },
    })
    expect(kinds(objects({ services: undefined }, { events: 'http://c' }))).toEqual(['ConfigMap assay-churn'])
    expect(objects({ ...tried, services: [] }, { events: 'http://c' })).toEqual([])
  })

  it('carries the canary in progress beside the profile, so that its units are counted', () => {
    const canary = { file: 'model-canary.yaml', text: renderCanary(canaryFile()) }
    const [{ data }] = objects({ canary }, { profile: true })

    expect(data['model-canary.yaml']).toBe(canary.text)
    expect(objects({}, { profile: true })[0].data['model-canary.yaml']).toBeUndefined()
  })

  it('carries the profile byte by byte, packed where YAML or a ConfigMap does not take it as it is', () => {
    const [{ data }] = objects()
    expect(data).toEqual({ release: WATCHED.version, 'model-profile.json': renderProfile(value) })
    const [packed] = objects({ profile: { value, text: 'x', packed: 'H4sIAAAA' } })
    expect([packed.data, packed.binaryData]).toEqual([
      { release: WATCHED.version },
      { 'model-profile.json.gz': 'H4sIAAAA' },
    ])
    expect(isCarriedPlain(renderProfile(value))).toBe(true)
    expect(isCarriedPlain('x'.repeat(65 * 1024))).toBe(false)
    for (const odd of ['\u0085', '\u2028', '\ufeff', '\u009b', '\u007f'])
      expect([odd, isCarriedPlain(`{"name": "${odd}"}`)]).toEqual([odd, false])
  })

  it('lets in the pods of the service, whatever labels a kustomization gives to all', () => {
    const [, policy] = objects()

    expect(policy.spec.podSelector.matchLabels).toBeUndefined()
    expect(policy.spec.ingress[0].from[0].podSelector.matchExpressions).toEqual([
      { key: 'serving.kserve.io/inferenceservice', operator: 'In', values: ['churn'] },
    ])
  })

  it('asks for requests by what is written, else by the pods that it has read, and else not at all', () => {
    const unseen = (watch: object) =>
      objects({}, { rules: 'counts', ...watch })
        .find(one => one.kind === 'PrometheusRule')
        .spec.groups[0].rules.find((one: Json) => one.alert === 'AssayUnseen')?.expr
    const pods = { port: 8080 }

    expect(unseen({ pods })).toContain(
      'increase(request_predict_seconds_count{assay_model="churn", assay_environment="production"}[15m])',
    )
    const requests = 'increase(mesh_total{s="{model}-{environment}", v="{release}"}[{quiet}])'
    expect(unseen({ pods, requests })).toMatch(
      /^\(sum\(increase\(mesh_total\{s="churn-production", v="2026-05-20-b491386"\}\[15m\]\)\) > 0\) unless/,
    )
    expect(unseen({})).toBeUndefined()
  })

  it('has alerts with the labels that the bot knows', () => {
    const rule = objects().find(one => one.kind === 'PrometheusRule')
    const alerts = rule.spec.groups.flatMap((group: Json) => group.rules).filter((one: Json) => one.alert)

    expect(alerts.map((one: Json) => [one.alert, one.labels.assay_kind])).toEqual([
      ['AssayMissing', 'breakage'],
      ['AssayUnanswered', 'breakage'],
      ['AssayNewCategories', 'breakage'],
      ['AssayNoNumbers', 'breakage'],
      ['AssayStuck', 'breakage'],
      ['AssayUncounted', 'breakage'],
      ['AssayQuiet', undefined],
      ['AssayUnseen', 'breakage'],
      ['AssayShift', 'shift'],
    ])
    for (const { labels } of alerts)
      expect(labels).toMatchObject({
        assay_model: 'churn',
        assay_environment: 'production',
        assay_release: '2026-05-20-b491386',
        // An Alertmanager takes those of its own namespace alone.
        namespace: 'models',
      })
    expect(rule.spec.groups[0].rules.at(-1).expr).toContain('destination_workload="churn"')
  })
})

describe('alerts and dashboard', () => {
  const OF = { model: 'churn', release: WATCHED.version, environment: 'production' }

  it('go by the verdicts of `assay watch` where it runs', () => {
    const verdicts = { ...ALL, rules: 'verdicts' }
    const { text } = watchFile(WATCHED, Watch.parse(verdicts))!
    const rule = read(text).find(one => one.kind === 'PrometheusRule')

    expect(schemaProblems(text)).toEqual([])
    expect(rule.spec.groups[0].rules.map((one: Json) => [one.alert, one.labels.assay_kind])).toEqual([
      ['AssayBreakage', 'breakage'],
      ['AssayShift', 'shift'],
      ['AssayConcept', 'concept'],
      ['AssayUnseen', 'breakage'],
      ['AssayQuiet', undefined],
      ['AssayCanarySplit', 'breakage'],
      ['AssayUnwatched', undefined],
    ])
    expect(text).not.toContain('record:')
    const gauges = new Set(text.match(/assay_drift_\w+/g))
    expect(gauges.size).toBe(6)
    const known = readFileSync('src/core/traffic/watch/gauges.ts', 'utf8')
    expect([...gauges].filter(name => !known.includes(`'${name}'`))).toEqual([])
  })

  it('reach the bot with a token of a Secret, or a channel of Slack, and never both', () => {
    const config = objects().find(one => one.kind === 'AlertmanagerConfig')
    const token = { name: 'assay-alerts', key: 'token' }
    expect(config.spec.receivers[0].webhookConfigs).toEqual([
      {
        url: 'https://assay.example.com/alerts',
        sendResolved: true,
        httpConfig: { authorization: { type: 'Bearer', credentials: token } },
      },
    ])
    const slack = { channel: '#ml', secret: 'assay-alerts', namespace: 'models' }
    const { text } = watchFile(WATCHED, Watch.parse({ alerts: slack }))!
    expect(schemaProblems(text)).toEqual([])
    expect(read(text)[0].spec.receivers[0].slackConfigs).toMatchObject([{ apiURL: token, channel: '#ml' }])
    const both = { ...slack, url: 'https://assay.example.com/alerts' }
    expect(Watch.safeParse({ alerts: both }).success).toBe(false)
    expect(Watch.safeParse({ alerts: { secret: 'a', namespace: 'b' } }).success).toBe(false)
  })

  it('show PSI beside its rows, in panels that do not lie over each other', () => {
    for (const rules of ['counts', 'verdicts', undefined] as const) {
      const { panels } = dashboardOf(OF, rules)
      const places = panels.map(({ gridPos: { x, y } }) => `${x} ${y}`)
      expect(new Set(places).size).toBe(panels.length)
      const exprs = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join('\n')
      expect(/psi/.test(exprs)).toBe(rules !== undefined)
      if (rules) expect(exprs).toMatch(rules === 'counts' ? /assay:feature:n1d/ : /assay_drift_rows/)
    }
    const [, data] = Object.entries(objects().at(-1).data)[0]!
    expect(JSON.parse(data as string)).toEqual(dashboardOf({ ...OF, namespace: 'models' }, 'counts'))
  })
})

describe('names', () => {
  it('are those of Kubernetes, and of no two models the same', () => {
    const models = [
      'churn',
      'Churn',
      'churn_eu',
      'churn-eu',
      'churn.eu',
      'churn.',
      'churn-',
      'churn..eu',
      'CHURN',
      'a'.repeat(63),
    ]
    const names = models.map(model => objectName(model, 'profile')) // biome-ignore format: one table
    expect(names[0]).toBe('assay-profile-churn')
    expect(new Set(names).size).toBe(models.length)
    for (const name of names)
      expect(name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/)
  })

  it('of a release with a `+` stay one part of the address', () => {
    expect(eventsAddress('http://c/', { model: 'churn', version: '1+2' })).toBe(
      'http://c/v1/events/churn/1%2B2',
    )
  })
})

const SERVICE = `# who asks: team churn
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: { name: churn }
spec:
  predictor:
    model:
      storageUri: s3://models/churn/41   # the champion
`
const URL = 'http://c/v1/events/churn/42'
const log = (text: string, url: string | undefined = URL) =>
  withLogger({ file: 'f.yaml', text }, { model: 'churn', ...(url && { url }) })
const lines = (text: string) => text.split('\n')

describe('the logger of an InferenceService', () => {
  it('is written once, changes its address with the release, and goes without a trace', () => {
    const once = log(SERVICE)

    expect(schemaProblems(once.text)).toEqual([])
    expect(once).toMatchObject({ name: 'churn' })
    expect(once.note).toBeUndefined()
    expect(read(once.text)[0].spec.predictor.logger).toEqual({ mode: 'all', url: URL })
    expect(lines(SERVICE).filter(line => !lines(once.text).includes(line))).toEqual([])
    expect(log(once.text).text).toBe(once.text)
    const next = log(once.text, 'http://other/v1/events/churn/43').text
    expect(lines(next).filter(line => !lines(once.text).includes(line))).toHaveLength(1)
    expect(log(next, '').text).toBe(SERVICE)
    expect(log(SERVICE, '').text).toBe(SERVICE)
  })

  it('stays as it is where it is theirs, and the promotion says so', () => {
    const theirs = SERVICE.replace(
      '    model:',
      '    logger: { url: http://audit/log, mode: all }\n    model:',
    )

    expect(log(theirs)).toEqual({
      text: theirs,
      name: 'churn',
      note: `the logger in f.yaml sends to another address, and was left alone: nothing is counted of this model until it sends to /v1/events/churn/42 of the collector`,
    })
    expect(log(theirs, '')).toEqual({ text: theirs, name: 'churn' })
    const other = theirs.replace('http://audit/log', 'http://c/v1/events/churn-eu/1')
    expect(log(other).text).toBe(other)
  })

  it('keeps what else they said of it, and tells of a mode that counts nothing', () => {
    const own = SERVICE.replace(
      '    model:',
      `    logger:\n      url: http://c/v1/events/churn/41\n      mode: request # less\n      metadataHeaders: [x-id]\n    model:`,
    )

    const { text, note } = log(own)
    expect(text).toBe(
      own.replace('churn/41', 'churn/42').replace('s3://models/churn/42', 's3://models/churn/41'),
    )
    expect(note).toContain('`mode: request`')
    const gone = log(own, '').text
    expect(read(gone)[0].spec.predictor.logger).toEqual({ mode: 'request', metadataHeaders: ['x-id'] })
  })

  it('sends those of a release that is tried as that one, in either mode of KServe', () => {
    const [url, tried] = ['v1', 'v2'].map(version => `http://c/v1/events/churn/${version}`) as [
      string,
      string,
    ]
    const service = (more: string) => ({
      file: 'a.yaml',
      text: `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: { name: churn }
spec:
  predictor: { model: { storageUri: s3://m/1 } }
${more}`,
    })
    const loggers = (text: string) => {
      const { spec } = read(text)[0]
      return [spec.predictor.logger?.url, spec.canary?.[0].predictor.logger?.url]
    }
    const standard = service('  canary: [{ trafficPercent: 5, predictor: { name: v2 } }]\n')
    const wanted = { model: 'churn', url, tried }

    const begun = withLogger(standard, wanted)
    expect(loggers(begun.text)).toEqual([url, tried])
    expect(begun.note).toBeUndefined()
    expect(withLogger({ ...standard, text: begun.text }, wanted).text).toBe(begun.text)
    const next = { ...wanted, tried: tried.replace('v2', 'v3') }
    expect(loggers(withLogger({ ...standard, text: begun.text }, next).text)).toEqual([url, next.tried])
    const theirs = service('  canary: [{ predictor: { logger: { url: http://theirs } } }]\n')
    expect(loggers(withLogger(theirs, wanted).text)).toEqual([url, 'http://theirs'])

    const knative = withLogger(service(''), wanted)
    expect(loggers(knative.text)).toEqual([tried, undefined])
    expect(loggers(withLogger({ ...standard, text: knative.text }, { model: 'churn', url }).text)).toEqual([
      url,
      undefined,
    ])
  })

  it('says where the events of a canary are taken for those of the release', () => {
    const of = (canary: string) =>
      withLogger(
        {
          file: 'a.yaml',
          text: `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: { name: churn }
spec:
  predictor: { model: { storageUri: s3://m/1 } }
  canary: [${canary}]
`,
        },
        { model: 'churn', url: 'http://c/v1/events/churn/v1' },
      ).note
    const own = 'logger: { mode: all, url: http://c/v1/events/churn/v2 }'

    expect(of('{ trafficPercent: 5, predictor: { name: v2 } }')).toContain(
      'the canary in a.yaml has no `logger` and takes that of the predictor',
    )
    expect(of(`{ trafficPercent: 5, predictor: { name: v2, ${own} } }`)).toBeUndefined()
    expect(of('')).toBeUndefined()
  })

  it('keeps no release from its environment: what cannot be written is said', () => {
    const text = 'kind: Other\napiVersion: v1\n'
    expect(log(text)).toEqual({
      text,
      note: 'the logger in f.yaml was not written: there is no InferenceService of serving.kserve.io',
    })
  })
})

describe('the resources of a kustomization', () => {
  const TEXT = `# production\nresources:\n  - ../../base   # shared\nimages:\n  - name: churn\n`
  const add = (text: string, wanted = true) =>
    withResource({ file: 'kustomization.yaml', text }, 'model-watch.yaml', wanted)

  it('get the file once, and lose it without a trace', () => {
    const once = add(TEXT).text

    expect(once).toBe(TEXT.replace('# shared\n', '# shared\n  - model-watch.yaml\n'))
    expect(add(once).text).toBe(once)
    expect(add(once, false).text).toBe(TEXT)
    expect(add(TEXT, false)).toEqual({ text: TEXT })
  })

  it('are made where there are none, and taken away again', () => {
    const text = 'images:\n  - name: churn\n'
    const once = add(text).text

    expect(read(once)[0].resources).toEqual(['model-watch.yaml'])
    expect(add(once, false).text).toBe(text)
  })

  it('that cannot be edited are for a person, with the line that is missing', () => {
    expect(add('resources: *all\n').note).toMatch(
      /could not be changed .*: add `model-watch.yaml` to its `resources`/,
    )
  })
})

describe('renderObjects', () => {
  it('writes every text so that readers of both versions of YAML take it for the same', () => {
    const text = fc.oneof(
      fc.constantFrom('yes', 'No', '0o14', '012', '1e3', '1_000', '12:30:45', '.inf', '~', 'null', '- a', 'a: b', '#', '', ' a', 'a\n b\n', '\n', 'a\n\n'),
      fc.string({ unit: 'grapheme' }).filter(isPrintable),
    ) // biome-ignore format: one table
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), text), object => {
        const rendered = renderObjects([object, object])
        for (const version of ['1.1', '1.2'] as const)
          expect(read(rendered, version)).toEqual([object, object])
      }),
    )
  })
})
