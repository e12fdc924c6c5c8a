import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeLog } from '../../cli/log.ts'
import { redactor } from '../../src/core/secrets/secrets.ts'
import { obeyed } from '../support/runner-orders.ts'

const SECRET = 'a-long-secret-value'

/** A log as GitHub Actions has it, and what it printed. */
function githubLog(words = ['w0rd-one', 'w0rd-two', 'w0rd-three']) {
  let printed = ''
  const left = [...words]
  const log = makeLog(
    {
      write: text => {
        printed += text
      },
      live: false,
      startGroup: title => `::group::${title}\n`,
      endGroup: () => '::endgroup::\n',
      stopWord: () => left.shift()!,
    },
    redactor([SECRET]),
  )
  return { log, lines: () => printed.split('\n'), text: () => printed }
}

const HOSTILE =
  '::stop-commands::x\n::add-mask::0.66\n##[error]x\n::x::\n::set-output name=a::b\n\u001b[2J\rline::error::y\r::error::z'

describe('what a command prints', () => {
  it('is no order to the runner, between words that are new for each command', async () => {
    const { log, text, lines } = githubLog()

    await log.group('Train', async () => log.raw(HOSTILE))
    await log.group('Evaluate', async () => log.raw('fine\n'))
    log.info('done')

    expect(obeyed(text())).toEqual(['group', 'endgroup', 'group', 'endgroup'])
    expect(lines().filter(line => line.includes('w0rd'))).toEqual([
      '::stop-commands::w0rd-one',
      '::w0rd-one::',
      '::stop-commands::w0rd-two',
      '::w0rd-two::',
    ])
    expect(text()).toContain('::add-mask::0.66')
    expect(text()).not.toContain('\u001b')
    expect(text()).not.toContain('##[')
  })

  it('ends the silence also where the command dies in the middle of a line', async () => {
    const { log, text } = githubLog()
    const dies = log.group('Train', async () => {
      log.raw('no line end')
      throw new Error('died')
    })

    await expect(dies).rejects.toThrow('died')
    expect(text()).toBe(
      '::group::Train\n::stop-commands::w0rd-one\nno line end\n::w0rd-one::\n::endgroup::\n',
    )
  })

  it('says nothing of stopping where a command prints nothing', async () => {
    const { log, text } = githubLog()
    await log.group('Train', async () => {})
    expect(text()).toBe('::group::Train\n::endgroup::\n')
  })

  it('is the same in whatever pieces it comes', async () => {
    const bytes = new TextEncoder().encode(
      `\u001b[31mä${SECRET.slice(0, 9)}\u001b[0m${SECRET.slice(9)} ##[x]\r\n${HOSTILE}`,
    )
    const whole = githubLog()
    await whole.log.group('Train', async () => whole.log.raw(bytes))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 8 }), async cuts => {
        const pieces = githubLog()
        const ends = [0, ...cuts.sort((a, b) => a - b), bytes.length]
        await pieces.log.group('Train', async () => {
          for (const [at, end] of ends.slice(1).entries()) pieces.log.raw(bytes.subarray(ends[at], end))
        })
        expect(pieces.text()).toBe(whole.text())
      }),
    )
    expect(whole.text()).toContain('ä*** ##\\[x]')
  })

  it('keeps its colours on a terminal, which are over with it', async () => {
    let printed = ''
    const write = (text: string) => {
      printed += text
    }
    const log = makeLog({ write, live: true }, text => text)
    await log.group('Train', async () => log.raw('\u001b[31mred\u001b[2J\n'))
    expect(printed).toBe('▸ Train\n\u001b[31mred\n\u001b[0m')
  })
})
