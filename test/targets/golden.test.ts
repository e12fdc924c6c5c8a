import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { schemaProblems } from '../support/manifest-schemas.ts'
import { CASES, goldenText, promoted, RELEASE, SPLITS, split } from './cases.ts'

describe('canaries', () => {
  it.each(SPLITS)('$target: $name', async one => {
    const after = split(one, goldenText(one, 'before'))

    expect(parseAllDocuments(after).flatMap(document => document.errors)).toEqual([])
    expect(schemaProblems(after)).toEqual([])
    await expect(after).toMatchFileSnapshot(`../golden/targets/${one.target}/${one.name}.after.yaml`)
  })
})

describe('edited manifests', () => {
  it.each(CASES)('$target: $name', async one => {
    const after = promoted(one, goldenText(one, 'before'), { ...RELEASE, ...one.release })

    expect(parseAllDocuments(after).flatMap(document => document.errors)).toEqual([])
    expect(schemaProblems(after)).toEqual([])
    await expect(after).toMatchFileSnapshot(`../golden/targets/${one.target}/${one.name}.after.yaml`)
  })
})
