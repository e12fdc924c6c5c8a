import { beforeAll, describe, it } from 'vitest'
import { mulberry32 } from '../../src/core/statistics/random.ts'
import { deathsAt, killing } from './story/disturbances.ts'
import { endOf, expectSameEnd, type StoryEnd } from './story/end.ts'
import { startProcess } from './story/own-process.ts'

let undisturbed: StoryEnd
beforeAll(async () => {
  undisturbed = await endOf()
})

describe('a model on its way to production', () => {
  it.each(Array.from({ length: 20 }, (_, at) => at + 1))(
    'gets there when the process of its bot gets SIGKILL at a request (%d)',
    async seed => {
      const kills = killing(deathsAt(mulberry32(100 + seed), 1), startProcess)
      expectSameEnd(await endOf(kills), undisturbed, kills)
    },
  )
})
