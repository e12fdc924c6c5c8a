import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRegistry, type TestRegistry } from '../../../support/registry.ts'
import { bad, slightlyBetter, useScenes } from '../../scene.ts'
import { comparedIn, released } from './released.ts'

const scenes = useScenes()
let registry: TestRegistry

beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry.stop())

describe('rows that are kept in a registry', () => {
  it('are what the next candidate is compared with, and are fetched once', async () => {
    const { text, weigh } = await released(scenes, `oci://${registry.host}/acme/rows`)

    expect(text).not.toContain('not kept')
    expect(comparedIn(await weigh(slightlyBetter))).toEqual({
      ...{ paired: true, judged: 'better', verdict: 'pass', warnings: '' },
    })
  })
})

describe('rows that are kept in a folder', () => {
  it('are kept only where they are those that were weighed', async () => {
    const kept = await released(scenes, join(scenes.folder, 'rows-of-weighed'), {
      // Ids and labels are the same, and all scores another model's.
      after: folder => writeFileSync(join(folder, 'predictions.csv'), bad),
    })
    expect(kept.text).toContain(
      'predictions.csv is not what the result was weighed with: accuracy comes to another number',
    )
  })
})
