import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { neededFiles } from '../../../../src/core/promotion/effect/kustomization.ts'

const PATH = 'apps/churn/overlays/production/kustomization.yaml'

describe('neededFiles', () => {
  it('finds everything that a kustomization reads', () => {
    const text = stringify({
      kind: 'Kustomization',
      resources: ['../../base', 'ingress.yaml', './extra/'],
      components: ['../../components/gpu'],
      crds: ['crd.json'],
      configurations: ['names.yaml'],
      openapi: { path: 'openapi.json' },
      replacements: [{ path: 'replace.yaml' }, { source: { kind: 'ConfigMap' } }],
      patches: [{ path: 'patch.yaml' }, { patch: '- op: add\n  path: /a\n  value: https://x' }, 'old.yaml'],
      patchesJson6902: [{ path: 'json.yaml', target: { kind: 'Deployment' } }],
      patchesStrategicMerge: ['merge.yaml', 'kind: Deployment\nmetadata: {name: a}\n', '{kind: Service}'],
      configMapGenerator: [
        {
          name: 'a',
          files: ['config.toml', 'key=other.txt'],
          envs: ['a.env'],
          literals: ['URI=s3://models/1'],
        },
      ],
      secretGenerator: [{ name: 's', env: 's.env' }],
      images: [{ name: 'churn', newName: 'ghcr.io/acme/churn' }],
    })

    const { files, folders, refused } = neededFiles(text, PATH)

    const here = 'apps/churn/overlays/production'
    expect(refused).toBeUndefined()
    expect(folders).toEqual(['apps/churn/base', `${here}/extra`, 'apps/churn/components/gpu'])
    expect(files).toEqual(
      [
        ...[
          'ingress.yaml',
          'crd.json',
          'names.yaml',
          'openapi.json',
          'replace.yaml',
          'old.yaml',
          'patch.yaml',
        ],
        ...['json.yaml', 'merge.yaml', 'config.toml', 'other.txt', 'a.env', 's.env'],
      ].map(name => `${here}/${name}`),
    )
  })

  it.each([
    'https://example.com/base.yaml',
    'github.com/acme/base',
    'github.com/acme/base?ref=v1',
    'git@example.com:acme/base',
    'git::https://example.com/acme/base',
    'ssh://example.com/acme/base',
    'file:///etc',
    'example.com/acme/base.git//overlay',
    'example.com/_git/base',
    '/etc',
    '../../../../..',
    '../../../../../../etc',
    '~/base',
    '$HOME/base',
    'a\\b',
    'a//b',
    '',
  ])('refuses the folder %j', reference => {
    for (const field of ['resources', 'bases', 'components', 'Resources', 'RESOURCES'])
      expect(neededFiles(stringify({ [field]: [reference] }), PATH).refused).toContain('outside')
  })

  it.each([
    ['patches', [{ path: 'https://example.com/a.yaml' }]],
    ['patches', [{ Path: 'https://example.com/a.yaml' }]],
    ['patchesStrategicMerge', ['https://example.com/a.yaml']],
    ['configMapGenerator', [{ name: 'a', files: ['a=https://example.com/a'] }]],
    ['secretGenerator', [{ name: 'a', envs: ['http://169.254.169.254/latest'] }]],
    ['openapi', { path: 'https://example.com/a.json' }],
    ['crds', ['https://example.com/a.json']],
    ['configurations', ['https://example.com/a.yaml']],
    ['replacements', [{ path: 'https://example.com/a.yaml' }]],
  ])('refuses an address in `%s`', (field, value) => {
    expect(neededFiles(stringify({ [field]: value }), PATH).refused).toContain('outside')
  })

  it.each([
    'generators',
    'transformers',
    'validators',
    'helmCharts',
    'helmChartInflationGenerator',
    'inventory',
  ])('refuses `%s`, which starts programs or is not known', field => {
    expect(neededFiles(stringify({ [field]: ['a.yaml'] }), PATH).refused).toContain(`\`${field}\``)
  })

  it.each([
    'resources: [a.yaml]\nResources: [https://example.com/a.yaml]\n',
    'metadata: &m {path: https://example.com/a.yaml}\npatches: [{<<: *m}]\n',
    'resources: [a.yaml]\n---\nresources: [https://example.com/a.yaml]\n',
  ])('refuses what readers understand differently: %j', text => {
    expect(neededFiles(text, PATH).refused).toBeDefined()
  })

  it('names only paths inside the repository, whatever is written', () => {
    const piece = fc.oneof(
      fc.constantFrom('..', '.', '', 'a', 'b.yaml', 'github.com', '.git', ':', '@'),
      fc.string(),
    )
    const reference = fc.array(piece, { maxLength: 8 }).map(pieces => pieces.join('/'))
    fc.assert(
      fc.property(reference, reference, (folder, file) => {
        const text = stringify({ resources: [folder], patches: [{ path: file }] })
        const { files, folders } = neededFiles(text, PATH)
        for (const path of [...files, ...folders]) {
          expect(path.split('/')).not.toContain('..')
          expect(path).not.toMatch(/^\/|:|@|\/\/|^$/)
        }
      }),
    )
  })
})
