import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COMMANDS, type CommandName, readComment, usageOf } from '../../../src/core/chatops/grammar.ts'
import { hostileText } from '../../support/hostile.ts'

const nothing = { kind: 'nothing' }
const command = (command: object) => ({ kind: 'command', command })

describe('a command', () => {
  it.each<[string, object]>([
    ['/assay help', { name: 'help' }],
    ['/assay status', { name: 'status' }],
    ['/assay status churn', { name: 'status', model: 'churn' }],
    ['/assay promote staging', { name: 'promote', environment: 'staging' }],
    ['/assay promote staging churn', { name: 'promote', environment: 'staging', model: 'churn' }],
    ['/assay rollback production', { name: 'rollback', environment: 'production' }],
    [
      '/assay rollback production -- wrong prices',
      { name: 'rollback', environment: 'production', reason: 'wrong prices' },
    ],
    [
      '/assay hold production -- the sale -- until Monday',
      { name: 'hold', environment: 'production', reason: 'the sale -- until Monday' },
    ],
    [
      '/assay waive roc_auc until 2026-12-31 -- the label was late',
      { name: 'waive', gate: 'roc_auc', until: '2026-12-31', reason: 'the label was late' },
    ],
    ['/assay release-hold production', { name: 'release-hold', environment: 'production' }],
  ])('%s', (text, expected) => {
    expect(readComment(text)).toEqual(command(expected))
  })

  it.each([
    ['upper case of the command', '/ASSAY PROMOTE staging'],
    ['a telephone’s capital', '/Assay promote staging'],
    ['a tab', '/assay\tpromote\tstaging'],
    ['CRLF', '/assay promote staging\r\n'],
    ['blanks at the end', '/assay promote staging   \n\nplease'],
    ['blank lines before', '\n  \t\n/assay promote staging'],
    ['text below', '/assay promote staging\n/assay rollback production\n```\n/assay hold x -- y\n```'],
  ])('CH-022: is the same with %s', (_, text) => {
    expect(readComment(text)).toEqual(command({ name: 'promote', environment: 'staging' }))
  })
})

describe('no command', () => {
  it.each([
    ['CH-010: a quote', '> /assay promote production\n\nshould we?'],
    ['CH-013: inline code', 'Try `/assay promote production`'],
    ['code in ticks from the first column', '`/assay promote production`'],
    ['a link', '[/assay promote production](x)'],
    ['a fence', '```\n/assay promote production\n```'],
    ['a comment of HTML', '<!--\n/assay promote production\n-->'],
    ['one that is hidden in a line', '<!-- x -->/assay promote production'],
    ['CH-016: text before', 'please /assay promote production'],
    ['a blank before', ' /assay promote production'],
    ['four blanks before, which is code', '    /assay promote production'],
    ['a second line', 'nice\n/assay promote production'],
    ['a list', '- [ ] /assay promote production'],
    ['another word', '/assays promote production'],
    ['another slash', '/assay/promote production'],
    ['another bot’s', '/promote production'],
    ['a byte order mark before', '\ufeff/assay promote production'],
    ['a zero-width blank before', '\u200b/assay promote production'],
    ['a look-alike letter', '/\u0430ssay promote production'],
    ['a full-width slash', '\uff0fassay promote production'],
    ['nothing', ''],
  ])('is %s', (_, text) => {
    expect(readComment(text)).toEqual(nothing)
  })
})

describe('CH-019, CH-020: a mistake is answered', () => {
  it.each([
    ['/assay', /names no command/],
    ['/assay promote', /an environment has to be named: write `\/assay promote ENVIRONMENT \[MODEL\]`/],
    ['/assay promte staging', /no command `promte`; did you mean `promote`\?/],
    ['/assay promote\u00a0staging', /`\\u00a0` in it is no letter/],
    ['/assay\u00a0promote staging', /`\\u00a0` in it is no letter/],
    ['/assay promote st\u0430ging', /`\\u0430` in it/],
    ['/assay promote staging\u200b', /`\\u200b` in it/],
    ['/assay promote prod --ref=--upload-pack=x', /`--ref=--upload-pack=x` is no name of a model/],
    ['/assay promote $(touch /tmp/p)', /`\$\(touch` is no name of an environment/],
    ['/assay promote prod;id', /`prod;id` is no name of an environment/],
    ['/assay promote ../../x', /`..\/..\/x` is no name of an environment/],
    ['/assay promote __proto__', /no name of an environment/],
    ['/assay constructor', /no command `constructor`/],
    ['/assay promote staging churn now', /`now` is one word too many/],
    ['/assay promote staging -- because', /it takes no reason/],
    ['/assay waive', /a gate has to be named/],
    ['/assay waive roc_auc', /a day has to be named/],
    ['/assay waive roc_auc until tomorrow -- x', /`tomorrow` is no name of a day/],
    ['/assay waive roc_auc until 2026-12-31', /a reason is needed/],
    ['/assay hold production', /a reason is needed: write `\/assay hold ENVIRONMENT \[MODEL\] -- REASON`/],
    ['/assay hold production --', /a reason is needed/],
    ['/assay hold production --because', /`--because` is no name of a model/],
    [`/assay hold production -- ${'x'.repeat(600)}`, /longer than 500/],
    [`/assay ${'x'.repeat(2000)}`, /longer than 1000/],
  ])('%s', (text, what) => {
    expect(readComment(text)).toEqual({ kind: 'mistake', what: expect.stringMatching(what) })
  })
})

describe('whatever the text', () => {
  it('is read without a crash, and never as a command that does not stand in its first line', () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), (before, after) => {
        const said = readComment(`${before}\n/assay promote production\n${after}`)

        if (/^(?:[ \t]*[\r\n])*[ \t]*$/.test(before)) expect(said.kind).toBe('command')
        else if (!/^(?:[ \t]*[\r\n]+)*\/assay/i.test(before)) expect(said).toEqual(nothing)
      }),
    )
    fc.assert(
      fc.property(hostileText(), text => {
        const said = readComment(`/assay promote ${text}`)
        if (said.kind === 'command')
          expect(JSON.stringify(said.command)).toMatch(
            /^\{"name":"promote","environment":"[a-z0-9-]+"(?:,"model":"[\w.-]+")?\}$/i,
          )
      }),
    )
  })

  it('what the help shows is read', () => {
    for (const name of Object.keys(COMMANDS) as CommandName[]) {
      const text = usageOf(name)
        .replace('ENVIRONMENT', 'staging')
        .replace('GATE', 'auc')
        .replace('DATE', '2026-12-31')
        .replace('[MODEL]', 'churn')
        .replace(/\[?-- REASON\]?/, '-- so')
      expect(readComment(text)).toMatchObject(command({ name }))
    }
  })
})
