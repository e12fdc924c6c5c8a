import { describe, expect, it } from 'vitest'
import { connect } from '../../cli/connect.ts'

describe('the forge of a run', () => {
  it("is not guessed: a token for a host of one's own goes nowhere else", async () => {
    const ci = { name: 'Jenkins', repository: 'octo/model', serverUrl: 'https://git.example' }

    const connected = await connect({ ASSAY_TOKEN: 'x' }, ci)

    expect(connected.forge).toBeUndefined()
    expect(connected.forgeMissing).toBe(
      'Jenkins does not say which forge https://git.example is: set ASSAY_FORGE to github or gitlab',
    )
  })
})
