import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Answer, parseReply, renderReply, replyKey } from '../../../src/core/chatops/replies.ts'
import { hostileText } from '../../support/hostile.ts'

const KEY = { comment: 12, writtenAs: 'comment' as const, to: 7, at: Date.parse('2026-06-01T12:00:00Z') }

describe('a reply', () => {
  it('says what became of a command, and what it was bound to', () => {
    const lines = [
      {
        words: 'production: 2026-05-02-0000002 waits for approval',
        url: 'https://git.example/acme/deploy/pull/4',
      },
    ]

    expect(
      renderReply('kim', { kind: 'done', command: 'promote', about: '2026-05-02-0000002', lines }, 'writer'),
    ).toBe(`kim, \`promote\` of \`2026-05-02-0000002\`:

- production: \`2026-05-02-0000002\` waits for approval (<https://git.example/acme/deploy/pull/4>)
`)
  })

  it('shows versions and their branches so that what is copied is one', () => {
    const words = [
      'churn in production: 2026-05-20-ab12cd3 is to be proposed',
      'retrain.yml is started on assay/retrain-churn-2026-05-20-ab12cd3',
      'no release from `ab12cd3`, but 2026-05-20-ab12cd3 and `2026-05-20-ab12cd3`',
    ]
    const text = renderReply(
      'kim',
      {
        kind: 'done',
        command: 'status',
        lines: words.map(one => ({ words: one })),
      },
      'writer',
    )

    expect(text).not.toMatch(/\p{Cf}/u)
    expect(text).toContain('- churn in production: `2026-05-20-ab12cd3` is to be proposed')
    expect(text).toContain('- retrain.yml is started on `assay/retrain-churn-2026-05-20-ab12cd3`')
    expect(text).toContain('but `2026-05-20-ab12cd3` and `2026-05-20-ab12cd3`')
  })

  it('keeps code of the configuration together', () => {
    const why = 'say how: `retrain: { file, value }` or `retrain: { workflow }`'
    const text = renderReply('kim', { kind: 'refused', command: 'retrain', why }, 'writer')

    expect(text).toBe(`kim, \`retrain\` was not carried out: ${why}.\n`)
  })

  it('says how long the reason of a waiver has to be', () => {
    expect(renderReply('kim', { kind: 'help' }, 'writer')).toContain('for a reason of at least 10 characters')
  })

  it('lists what there is, where something was not understood', () => {
    const text = renderReply('kim', { kind: 'help', mistake: 'there is no command `x`' }, 'writer')
    expect(text).toContain('kim, that was not understood: there is no command `x`.')
    expect(text).toContain('- `/assay hold ENVIRONMENT [MODEL] -- REASON`: ')
  })

  it('is text whatever stands in it: no line that a forge would obey, no mention, no marker', () => {
    const answers = fc.oneof<fc.Arbitrary<Answer>[]>(
      hostileText().map(mistake => ({ kind: 'help', mistake })),
      hostileText().map(why => ({ kind: 'refused', command: 'hold', why })),
      hostileText().map(why => ({ kind: 'spent', why })),
      fc.tuple(hostileText(), hostileText()).map(([words, url]) => ({
        kind: 'done',
        command: 'rollback',
        about: words,
        lines: [{ words, url }],
      })),
    )
    fc.assert(
      fc.property(hostileText(), answers, (login, answer) => {
        const text = renderReply(login, answer, 'writer')

        expect(text).not.toMatch(/^\s*\//m)
        expect(text).not.toMatch(/@\w/)
        expect(text).not.toContain('<!--')
      }),
    )
  })

  it('is known by its first line alone', () => {
    const line = `<!-- assay:note ${replyKey(KEY)} -->`
    expect(parseReply(`${line}\nkim, …`)).toEqual({ ...KEY, standing: 'writer' })
    expect(parseReply(`x\n${line}`)).toBeUndefined()
    expect(parseReply(line.replace('comment', 'other'))).toBeUndefined()
  })
  it('says, where nobody sees it, that it is for one who may write nowhere', () => {
    const line = `<!-- assay:note ${replyKey(KEY)} -->`
    fc.assert(
      fc.property(
        fc.constantFrom('writer', 'other'),
        fc.constantFrom('\n', '\r\n'),
        hostileText(),
        (standing, end, why) => {
          const text = renderReply('kim', { kind: 'refused', command: 'hold', why }, standing)
          expect(parseReply(`${line}\n${text}`.replaceAll('\n', end))).toEqual({ ...KEY, standing })
        },
      ),
    )
  })
})
