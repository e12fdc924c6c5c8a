import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withHiddenValues } from '../../../src/core/promotion/hidden-values.ts'
import { manifestDiff } from '../../../src/core/promotion/manifest-diff.ts'

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
    ['a template', `image: {{ .Values.image }}\npassword: ${VALUE}\n`],
  ])('%s', (_, text) => {
    const shown = withHiddenValues(text)!

    expect(shown).not.toContain(VALUE)
    expect(shown).toContain('(hidden)')
    expect(shown.split('\n')).toHaveLength(text.split('\n').length)
  }) // biome-ignore format: one table

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
