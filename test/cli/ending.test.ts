import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { writeEnding } from '../../cli/ending.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-outcome-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const env = { ASSAY_STEP_FOLDER: folder }
const hide = (text: string) => text.replaceAll('canary', '***')
const written = () => readFileSync(join(folder, 'outcome.txt'), 'utf8')

describe('the ending that a step of Jenkins shows', () => {
  it.each([
    [
      { verdict: 'fail', headline: 'churn: fail — worse', reason: 'A gate failed.' },
      'fail\nchurn: fail — worse\nA gate failed.\n',
    ],
    [{ headline: 'Wrote assay.yml\n\nNext: look at it' }, '\nWrote assay.yml\n\n'],
    [{ headline: '' }, '\ndone\n\n'],
    [{ headline: 'the token is canary' }, '\nthe token is ***\n\n'],
    [{ headline: 'x'.repeat(1000) }, `\n${'x'.repeat(299)}…\n\n`],
  ])('of %j is three lines: verdict, what happened, why', (ending, text) => {
    writeEnding(env, hide, ending)

    expect(written()).toBe(text)
  })

  it('is nowhere without a folder, and no error where there is none', () => {
    const before = readdirSync(folder)

    writeEnding({}, hide, { headline: 'x' })
    writeEnding({ ASSAY_STEP_FOLDER: join(folder, 'gone') }, hide, { headline: 'x' })

    expect(readdirSync(folder)).toEqual(before)
  })
})
