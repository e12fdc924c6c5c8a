import { describe, expect, it } from 'vitest'
import { BUILDERS, type ImageToBuild, type Told } from '../../../src/services/builders/builder-table.ts'

/**
 * Command lines of all builders. buildah is run by `build-image.long.test.ts`; the others are held to their documentation here and were
 * not run.
 */
const image: ImageToBuild = {
  context: '/job/churn',
  dockerfile: '/job/churn/serve/Dockerfile',
  reference: 'ghcr.io/acme/churn:abc',
  time: 1_700_000_000,
  labels: { 'org.opencontainers.image.revision': 'abc', 'dev.assay.data': '12 34' },
}
const told = { version: '1' }
const LABELS = ['--label=dev.assay.data=12 34', '--label=org.opencontainers.image.revision=abc']

describe('a builder is called', () => {
  it('docker buildx', () => {
    expect(BUILDERS.buildx.calls(image, '/tmp/digest', told)).toEqual([
      [
        'docker',
        'buildx',
        'build',
        '--progress=plain',
        '--provenance=false',
        '--sbom=false',
        '--build-arg=SOURCE_DATE_EPOCH=1700000000',
        ...LABELS,
        '--file=/job/churn/serve/Dockerfile',
        '--metadata-file=/tmp/digest',
        '--output=type=image,name=ghcr.io/acme/churn:abc,push=true,rewrite-timestamp=true',
        '/job/churn',
      ],
    ])
  })

  it.each(['buildah', 'podman'] as const)('%s', program => {
    expect(BUILDERS[program].calls(image, '/tmp/digest', told)).toEqual([
      [
        program,
        'build',
        '--format=oci',
        '--timestamp=1700000000',
        '--identity-label=false',
        '--layers=false',
        ...LABELS,
        '--file=/job/churn/serve/Dockerfile',
        '--tag=ghcr.io/acme/churn:abc',
        '/job/churn',
      ],
      [program, 'push', '--digestfile=/tmp/digest', 'ghcr.io/acme/churn:abc'],
    ])
  })

  it('kaniko', () => {
    expect(BUILDERS.kaniko.calls(image, '/tmp/digest', told)).toEqual([
      [
        '/kaniko/executor',
        '--reproducible',
        ...LABELS,
        '--dockerfile=/job/churn/serve/Dockerfile',
        '--context=dir:///job/churn',
        '--destination=ghcr.io/acme/churn:abc',
        '--digest-file=/tmp/digest',
      ],
    ])
  })

  it('over plain http where the registry is of this machine, and only then', () => {
    const local = { ...image, reference: '127.0.0.1:5000/churn:abc', plainHost: '127.0.0.1:5000' }
    const words = (name: keyof typeof BUILDERS, of: ImageToBuild) =>
      BUILDERS[name].calls(of, '/tmp/digest', told).flat().join(' ')

    for (const [name, flag] of [
      ['buildx', 'registry.insecure=true'],
      ['buildah', '--tls-verify=false'],
      ['podman', '--tls-verify=false'],
      ['kaniko', '--insecure-registry=127.0.0.1:5000'],
    ] as const) {
      expect(words(name, local)).toContain(flag)
      expect(words(name, image)).not.toContain(flag)
    }
  })
})

it('is not told to rewrite times where docker keeps images in its own store, and says so', () => {
  const { told, calls } = BUILDERS.buildx
  const own = told([
    'github.com/docker/buildx v0.24.0 d0e5e86\n',
    'Name:   default\nDriver: docker\n\nNodes:\nStatus:           running\n',
  ])
  const container = told([
    'github.com/docker/buildx v0.24.0 d0e5e86',
    'Name: b\nDriver: docker-container\nStatus: running\n',
  ])

  expect(own).toEqual({ version: '0.24.0', unsteady: expect.stringContaining('docker buildx create --use') })
  expect(container).toEqual({ version: '0.24.0' })
  expect(
    calls(image, '/tmp/digest', own as Told)
      .flat()
      .join(' '),
  ).not.toContain('rewrite-timestamp')
})

describe('of what a builder says', () => {
  it.each([
    ['buildah', 'buildah version 1.28.2 (image-spec 1.1.0-rc2, runtime-spec 1.0.2-dev)', '1.28.2'],
    ['podman', 'podman version 4.3.1\n', '4.3.1'],
    ['kaniko', 'Kaniko version :  v1.25.4\n', '1.25.4'],
    ['podman', '\u001b[31mhello', 'of unknown version'],
  ] as const)('the version of %s is read from %j', (name, text, version) => {
    expect(BUILDERS[name].told([text])).toEqual({ version })
  })

  const DIGEST = `sha256:${'a'.repeat(64)}`
  it.each([
    ['buildx', `{"containerimage.digest":"${DIGEST}"}`, DIGEST],
    ['buildx', `{"containerimage.config.digest":"${DIGEST}"}`, undefined],
    ['buildx', 'null', undefined],
    ['buildx', '{', undefined],
    ['buildah', `${DIGEST}\n`, DIGEST],
    ['podman', DIGEST, DIGEST],
    ['kaniko', `${DIGEST}\n${DIGEST}`, undefined],
    ['kaniko', '', undefined],
  ] as const)('the digest of %s is read from %j', (name, text, digest) => {
    expect(BUILDERS[name].digestIn(text)).toBe(digest)
  })
})
