import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withHiddenValues } from '../../../../src/core/promotion/text/hidden-values.ts'
import { manifestDiff } from '../../../../src/core/promotion/text/manifest-diff.ts'
import { cpuTime } from '../../../support/cpu-time.ts'

const VALUE = 'bm9ib2R5LW1heS1zZWU'

describe('values that are not shown', () => {
  it.each([
    ['data of a Secret', `kind: Secret\ndata:\n  a: ${VALUE}\n  b: "${VALUE}"\n`],
    ['stringData of a Secret', `stringData:\n  a: |\n    ${VALUE}\n    ${VALUE}\n  b: 1\nkind: Secret\n`],
    ['a Secret in brackets', `{ kind: Secret, data: { a: ${VALUE} } }\n`],
    ['a Secret in JSON', `{"kind": "Secret", "data": {"a": "${VALUE}"}}\n`],
    ['a Secret in a list', `kind: List\nitems:\n  - kind: Secret\n    data: { a: ${VALUE} }\n`],
    ['a Secret behind another document', `kind: A\n---\nkind: Secret\ndata: { a: ${VALUE} }\n`],
    ['a Secret whose data stand elsewhere', `x: &x { a: ${VALUE} }\nkind: Secret\ndata: *x\n`],
    ['what kubectl keeps of it', `annotations:\n  kubectl.kubernetes.io/last-applied-configuration: |\n    {"kind":"Secret","data":{"a":"${VALUE}"}}\n`],
    ['a variable', `env:\n  - name: DB_PASSWORD\n    value: ${VALUE}\n`],
    ['a variable the other way round', `env:\n  - value: ${VALUE}\n    name: DB_PASSWORD\n`],
    ['a variable in brackets', `env: [{ name: API_TOKEN, value: '${VALUE}' }]\n`],
    ['a key of a ConfigMap', `kind: ConfigMap\ndata:\n  DB_PASSWORD: ${VALUE}\n`],
    ['a value of a chart', `database:\n  dbPassword: ${VALUE}\n`],
    ['an argument', `args: [--api-key=${VALUE}, "--db-password=${VALUE}"]\n`],
    ['a literal of a kustomization', `secretGenerator:\n  - name: x\n    literals:\n      - anything=${VALUE}\n`],
    ['a Secret whose kind stands elsewhere', `x: &k Secret\nkind: *k\ndata: { a: ${VALUE} }\n`],
    ['a Secret whose parts are merged', `x: &x { stringData: { a: ${VALUE} } }\ny: &y { kind: Secret }\n<<: [*x, *y]\n`],
    ['a Secret that says everything twice', `kind: A\nkind: Secret\ndata: { a: 1 }\ndata: { a: ${VALUE} }\n`],
    ['a Secret whose data are a list of secrets first', `secrets: &d { name: ${VALUE} }\nkind: Secret\ndata: *d\n`],
    ['a patch of a Secret', `- { op: add, path: /stringData/a, value: ${VALUE} }\n- { op: add, path: /spec/dbPassword, value: ${VALUE} }\n`],
    ['a list of passwords', `passwords:\n  - ${VALUE}\n`],
    ['a map of secrets', `secrets:\n  db: { user: ${VALUE} }\n`],
    ['a variable in a map', `env:\n  DB_PASSWORD:\n    value: ${VALUE}\n`],
    ['the argument behind a flag', `args:\n  - --db-password\n  - ${VALUE}\n`],
    ['a flag in a command', `command: [sh, -c, "serve --token=${VALUE} --port 80"]\n`],
    ['settings in a ConfigMap', `data:\n  app.ini: |\n    db_password = ${VALUE}\n`],
    ['JSON in a ConfigMap', `data:\n  a.json: '{"password": "${VALUE}"}'\n  b: "{\\"password\\": \\"${VALUE}\\"}"\n`],
    ['values in values', `values: |\n  auth:\n    password: ${VALUE}\n`],
    ['a connection', `connection: Server=db;Password=${VALUE}\n`],
    ['a header', `headers: { authorization: Bearer ${VALUE} }\n`],
    ['what is commented out', `image: a\n# db_password: ${VALUE}\n`],
    ['a variable in a template', `{{ if .x }}\n- name: DB_PASSWORD\n  value: ${VALUE}\n{{ end }}\n`],
    ['a block in a template', `{{ if .x }}\npassword: |\n  ${VALUE}\n\n  ${VALUE}\nimage: a\n{{ end }}\n`],
    ['arguments and JSON in a template', `{{ if .x }}\nargs: [--password=${VALUE}]\n{"password": "${VALUE}"}\n{{ end }}\n`],
    ['a template', `image: {{ .Values.image }}\npassword: ${VALUE}\n`],
    ['a comment in a Secret', `kind: Secret\ndata:\n  # before: ${VALUE}\n  a: b # was ${VALUE}\n  c: | # ${VALUE}\n    d\n`],
    ['a comment around a Secret', `# ${VALUE}\n---\n# ${VALUE}\nkind: Secret\ndata: { a: b }\n#${VALUE}\n`],
    ['a comment beside a variable', `env:\n  - name: DB_PASSWORD\n    value: a1-b2 # was ${VALUE}\n`],
    ['a comment in a list of passwords', `passwords:\n  # ${VALUE}\n  - a1-b2\n`],
    ['a comment in a generator', `secretGenerator:\n  # - anything=${VALUE}\n  - name: x\n    literals: [a=b]\n    # - c=${VALUE}\n`],
    ['a value of several words', `data:\n  a.json: '{"password": "a b, ${VALUE} {c}", "b": 1}'\n`],
    ['a value with a quote in it', `data:\n  a.json: '{"password": "a\\"${VALUE}", "b": 1}'\n  b: "{\\"password\\": \\"a\\\\\\"${VALUE}\\"}"\n`],
    ['a value in JSON in JSON', `data:\n  a.json: ${JSON.stringify(JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ password: `x y ${VALUE}` }) }) }))}\n`],
    ['a value that ends in a backslash', `data:\n  a.json: '{"x": "\\\\", "password": "\\\\", "token": "${VALUE}"}'\n`],
    ['a setting of several words', `data:\n  app.ini: |\n    db_password = a b ${VALUE}\n    # db_password: a b ${VALUE}\n`],
    ['a setting within another', `data:\n  a: "url: password=${VALUE}"\n`],
    ['a long value', `data:\n  a.json: '{"private_key": "${'ab1 '.repeat(5000)}${VALUE}"}'\n`],
    ['a Secret in a text', `data:\n  a.yaml: |\n    kind: Secret\n    data:\n      a: ${VALUE}\n`],
    ['a Secret in JSON in a text', `data:\n  a: ${JSON.stringify(JSON.stringify({ kind: 'Secret', stringData: { a: VALUE } }))}\n  b: '{"kind": "Secret", "data": {"a": "${VALUE}"}}'\n`],
  ])('%s', (_, text) => {
    const shown = withHiddenValues(text)!

    expect(shown).not.toContain(VALUE)
    expect(shown).toContain('(hidden)')
    expect(shown.split('\n')).toHaveLength(text.split('\n').length)
  }) // biome-ignore format: one table

  it.each([
    ['a token', 'ghp_0123456789abcdefghijABCDEFGHIJ012345'],
    ['an address with a password', `postgres://ada:${VALUE}@db/churn`],
  ])('%s is hidden wherever it stands', (_, value) => {
    expect(withHiddenValues(`url: ${value}\nimage: a\n`)).not.toContain(value)
  })

  it('hides in JSON at any depth what its key names, whole, and nothing beside it', () => {
    const quoted = (value: unknown, depth: number): string =>
      depth === 0 ? JSON.stringify(value) : quoted(JSON.stringify(value), depth - 1)
    const secret = fc
      .tuple(
        fc.string({ maxLength: 20 }),
        fc.constantFrom('"', '\\', "'", '\n', ' ', ','),
        fc.string({ maxLength: 20 }),
      )
      .map(([a, mark, b]) => `zq${a}${mark}zq${b}zq`)
    fc.assert(
      fc.property(secret, fc.nat(3), (value, depth) => {
        const json = quoted({ model: 'churn', password: value, port: 80 }, depth)
        const shown = withHiddenValues(`data:\n  a.json: ${JSON.stringify(json)}\nimage: a\n`)!

        expect(shown).not.toContain('zq')
        for (const kept of ['churn', 'port', 'image: a']) expect(shown).toContain(kept)
      }),
      { numRuns: 300 },
    )
  })

  it('leaves comments elsewhere', () => {
    const text = '# of the team\nkind: Deployment # a\nimage: a # b\nx: "a # b"\ny: |\n  # c\n'

    expect(withHiddenValues(`${text}---\nkind: Secret\ndata: { a: b }\n`)).toContain(text)
  })

  it('text made to be slow is not', () => {
    for (const piece of ['token=', 'token=$', "token='", 'sort_key=', 'a: "', '# ', 'token: x # y\n', '\\"'])
      for (const around of [(t: string) => `a: |\n  ${t}\n`, (t: string) => `{{ }}\n${t}\n`]) {
        const started = cpuTime()
        withHiddenValues(around(piece.repeat(100_000 / piece.length)))
        expect(cpuTime() - started).toBeLessThan(5000)
      }
  })

  it('anchors that hold and merge each other without end are read once', () => {
    const ten = (at: number) => Array(10).fill(`*x${at}`).join(',')
    const lines = Array.from({ length: 30 }, (_, at) =>
      at === 0 ? 'x0: &x0 { a: b }' : `x${at}: &x${at} { <<: [${ten(at - 1)}], token: [${ten(at - 1)}] }`,
    )

    expect(
      withHiddenValues(`${lines.join('\n')}\nkind: Secret\ndata: &d { a: *d, b: ${VALUE} }\n`),
    ).not.toContain(VALUE)
  })

  it('shows nothing of a Secret that cannot be read', () => {
    const text = `kind: Secret\ndata: { a: ${VALUE}\n`

    expect(withHiddenValues(text)).toBeUndefined()
    expect(manifestDiff([{ path: 'a.yaml', before: text, after: `${text}\n` }])).toContain('not shown')
  })

  it('leaves what names a secret, and everything else', () => {
    const text = [
      'kind: Deployment',
      'image: ghcr.io/acme/sk-learn-fraud-detection@sha256:aa',
      'volumes: [{ secret: { secretName: churn-tls } }]',
      'valueFrom: { secretKeyRef: { name: db, key: password } }',
      'env: [{ name: SORT_KEY, value: accuracy }, { name: MODEL, value: churn }]',
      'projected: { sources: [{ serviceAccountToken: { path: token, expirationSeconds: 3600 } }] }',
      'items: [{ secret: { items: [{ key: a, path: b }] } }]',
      'args: [--model=/models/churn, --tokenizer=/t, --key-file=/etc/key, "--password=$(DB_PASSWORD)"]',
      'max_tokens: 512',
      'uri: s3://models/key=1/churn',
      'data: { app.yaml: "primary_key: id" }',
      'automountServiceAccountToken: false',
      'imagePullSecrets: [{ name: registry }]',
      '',
    ].join('\n')

    expect(withHiddenValues(text)).toBe(text)
  })

  it('a Secret within three lines of an edit is not in the difference, and its change is told', () => {
    const file = (image: string, value: string) =>
      `kind: Secret\ndata:\n  a: ${value}\n---\nimage: ${image}\n`

    const edited = manifestDiff([{ path: 'a.yaml', before: file('a', VALUE), after: file('b', VALUE) }])
    const secret = manifestDiff([{ path: 'a.yaml', before: file('a', VALUE), after: file('a', 'b3RoZXI=') }])

    expect(edited).toContain('+image: b')
    expect(edited).toContain('   a: (hidden)')
    expect(secret).toContain('only hidden values differ')
    expect(edited + secret).not.toMatch(/bm9ib2R5|b3RoZXI=/)
  })

  it('never shows a value of a Secret, however it is written', () => {
    const value = fc.stringMatching(/^zz[a-z0-9]{10,20}$/)
    const written = fc.constantFrom<(text: string) => string>(
      text => text,
      text => `"${text}"`,
      text => `'${text}'`,
      text => `|\n    ${text}`,
      text => `>-\n    ${text}\n    ${text}`,
      text => `&anchor ${text}`,
      text => `!!str ${text}`,
      text => `# ${'x'}\n    ${text}`,
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(value, written), { minLength: 1, maxLength: 5 }), values => {
        const data = values.map(([text, write], index) => `  key${index}: ${write(text)}\n`).join('')
        const shown = withHiddenValues(`kind: Secret\nmetadata: { name: a }\ndata:\n${data}`)
        expect(shown ?? '').not.toMatch(/zz[a-z0-9]{10}/)
      }),
    )
  })
})
