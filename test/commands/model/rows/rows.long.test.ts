import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bad, slightlyBetter, useScenes } from '../../scene.ts'
import { comparedIn, released } from './released.ts'

const scenes = useScenes()

describe('rows that are kept in a folder', () => {
  const folder = () => join(scenes.folder, 'rows')
  let champion: ReturnType<typeof released> | undefined
  const weigh = async (candidate: string, key?: string) => {
    champion ??= released(scenes, folder())
    return comparedIn(await (await champion).weigh(candidate, key))
  }

  it('are what the next candidate is compared with, row by row', async () => {
    expect(await weigh(slightlyBetter)).toMatchObject({ paired: true, judged: 'better', warnings: '' })
    expect(await weigh(bad)).toMatchObject({ paired: true, verdict: 'fail' })
  })

  it('of a model of several seeds are not kept', async () => {
    const { text } = await released(scenes, join(scenes.folder, 'rows-of-seeds'), {
      config: 'seeds: [1, 2]\n',
    })

    expect(text).toContain('it was trained with several seeds, and the rows of one are not its own')
  })

  it('of another key, or without one, leave the comparison unpaired, and the report says why', async () => {
    expect(await weigh(slightlyBetter, 'another key altogether')).toMatchObject({
      paired: false,
      warnings: expect.stringContaining('they were kept with another key than ASSAY_BASELINES_KEY is now'),
    })
    expect(await weigh(slightlyBetter, '')).toMatchObject({
      paired: false,
      warnings: expect.stringContaining('ASSAY_BASELINES_KEY is not set'),
    })
  })

  it('that somebody changed, or took away, are told', async () => {
    await weigh(slightlyBetter)
    const [name] = readdirSync(folder())
    const path = join(folder(), name!)
    const bytes = readFileSync(path)
    bytes[bytes.length - 3]! ^= 1
    writeFileSync(path, bytes)

    const changed = await weigh(slightlyBetter)
    rmSync(path)
    const gone = await weigh(slightlyBetter)

    expect(changed).toMatchObject({
      paired: false,
      warnings: expect.stringContaining(`what lies in ${folder()} is not what its record names`),
    })
    expect(gone).toMatchObject({
      paired: false,
      warnings: expect.stringContaining(`they are not in ${folder()} any more`),
    })
  })
})
