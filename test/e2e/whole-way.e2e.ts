import { describe, expect, inject, it } from 'vitest'
import { ask, assay, release, verify } from './assay.ts'
import { kubectl } from './cluster.ts'
import { mergePromotion, readProposed } from './repositories.ts'

const cluster = inject('cluster')
const repositories = inject('repositories')
const imageIn = (environment: string, model = 'churn') =>
  kubectl(cluster, ['get', 'deployment', model, '-n', `ml-${environment}`, '-o', 'jsonpath={..image}'])

describe('the whole way', () => {
  let first = ''

  it('a release goes into staging by itself, and is live there once Argo CD shows it', async () => {
    const released = await release('churn', '1a', 's3://models/churn/1')
    expect(released.text).toMatch(/✅ churn in staging/)
    first = /Release churn (\S+):/.exec(released.text)![1]!
    // What it waits for is said.
    expect(released.text).toMatch(/churn in production: .*in staging: .*\w/)

    const verified = await verify('churn', 'staging')

    expect(verified.text).toContain(`✅ churn ${first} in staging: live`)
    expect(verified.code).toBe(0)
    expect(imageIn('staging')).toBe(`ghcr.io/acme/churn@sha256:${'1a'.repeat(32)}`)
  })

  it('it goes into production by a merge, and is live there', async () => {
    await assay(['promote', 'churn'])
    expect(readProposed(repositories, 'production', 'churn')).toContain('version:')
    mergePromotion(repositories, 'production', 'churn')

    const verified = await verify('churn', 'production')

    expect(verified.text).toContain(`✅ churn ${first} in production: live`)
    expect(imageIn('production')).toBe(`ghcr.io/acme/churn@sha256:${'1a'.repeat(32)}`)
  })

  it('one whose image cannot be pulled is not live, and goes no further', async () => {
    await release('churn', 'dead', 's3://models/churn/2')

    const verified = await verify('churn', 'staging', '15s')

    expect(verified.text).toMatch(/churn \S+ in staging: (progressing|degraded): .*churn/)
    expect(verified.code).toBe(1)
    await assay(['promote', 'churn'])
    expect(readProposed(repositories, 'production', 'churn')).toBeUndefined()
  })

  it('and back: a rollback by a merge', async () => {
    await release('churn', '2b', 's3://models/churn/3')
    expect((await verify('churn', 'staging')).code).toBe(0)
    await assay(['promote', 'churn'])
    mergePromotion(repositories, 'production', 'churn')
    expect((await verify('churn', 'production')).code).toBe(0)

    const back = await assay([
      'rollback',
      'churn',
      '--environment',
      'production',
      '--to',
      first,
      '--reason',
      'e2e',
    ])
    expect(back.text).toContain(first)
    mergePromotion(repositories, 'production', 'churn')

    const verified = await verify('churn', 'production')
    expect(verified.text).toContain(`✅ churn ${first} in production: live`)
    expect(imageIn('production')).toBe(`ghcr.io/acme/churn@sha256:${'1a'.repeat(32)}`)
    expect((await ask('churn', 'staging')).text).toContain('in staging: live')
  })
})
