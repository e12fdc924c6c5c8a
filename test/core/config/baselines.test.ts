import { describe, expect, it } from 'vitest'
import { BaselinesPlace } from '../../../src/core/config/release.ts'

describe('where the rows of releases are kept', () => {
  it.each([
    ['oci://ghcr.io/acme/churn-rows', { kind: 'registry', repository: 'ghcr.io/acme/churn-rows' }],
    ['oci://localhost:5000/rows', { kind: 'registry', repository: 'localhost:5000/rows' }],
    ['dvc://storage', { kind: 'dvc', remote: 'storage' }],
    ['mlflow://churn-rows', { kind: 'mlflow', experiment: 'churn-rows' }],
    ['mlflow:///Shared/churn-rows', { kind: 'mlflow', experiment: '/Shared/churn-rows' }],
    ['/mnt/baselines', { kind: 'folder', path: '/mnt/baselines' }],
    ['kept rows', { kind: 'folder', path: 'kept rows' }],
  ])('is one place: %s', (text, place) => {
    expect(BaselinesPlace.parse(text)).toEqual(place)
  })

  it.each([
    'dvc://',
    'dvc://storage/path',
    'dvc://-storage',
    'dvc://a;b',
    'mlflow://',
    'mlflow://a b',
    "mlflow://a'b",
    's3://bucket/rows',
    'oci://ghcr.io',
    'oci://Ghcr.io/rows',
    'a\nb',
    'C:\\rows',
    '',
  ])('is none: %j', text => {
    const { error } = BaselinesPlace.safeParse(text)

    expect(error?.issues).toHaveLength(1)
    if (text !== '') expect(error?.issues[0]?.message).toContain('such as `dvc://storage`')
  })
})
