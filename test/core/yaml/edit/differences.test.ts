import { describe, expect, it } from 'vitest'
import { yamlDifferences } from '../../../../src/core/yaml/edit/differences.ts'

const BEFORE = `elements:
  - { name: churn, env: staging, tag: v1 }
  - { name: churn, env: production, tag: v1 }
  - { name: fraud, env: staging, tag: v1 }
`

describe('what two versions of a file have not in common', () => {
  it('is an item by its name, and by its place where another has the same', () => {
    const found = yamlDifferences(BEFORE, BEFORE.replaceAll('v1', 'v2'), 'set.yaml')

    expect(found.map(({ line, key }) => `${line} ${key}`)).toEqual([
      '2 elements[0].tag',
      '3 elements[1].tag',
      '4 elements[name=fraud].tag',
    ])
  })
})
