import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderMarkdown } from '../../../src/core/report/markdown.ts'
import { gitlabForge } from '../../../src/forges/gitlab/forge.ts'
import { hostileResult, hostileText } from '../../support/hostile.ts'
import { STATES } from '../../support/report-states.ts'
import { cases } from '../../support/rounds.ts'

const { dialect } = gitlabForge({} as never, 'g/p')
const RUNS = cases(300)

/**
 * What GitLab would run: carriage returns are deleted first, then every line that begins with a slash and a word counts. It
 * spares code and HTML blocks, in ways that have changed: here nothing is spared.
 */
const commandsIn = (text: string) => text.replaceAll('\r', '').match(/^\/[a-z].*/gim) ?? []

describe('a note on GitLab', () => {
  it('GL-010: runs nothing, whatever names, logs and the notes of the team hold', () => {
    const line = fc.oneof(
      hostileText(4),
      fc.constantFrom(
        '/merge',
        '\r/merge',
        '/approve',
        '```',
        '    ',
        '> ',
        '<div>',
        '</div>',
        '',
        ' /close',
        '- /close',
      ),
    )
    const notes = fc.array(line, { maxLength: 8 }).map(lines => lines.join('\n'))

    fc.assert(
      fc.property(hostileResult(), notes, (result, text) => {
        expect(commandsIn(renderMarkdown({ ...result, notes: text }, dialect, {}))).toEqual([])
      }),
      RUNS,
    )
  })

  it('GL-010: runs nothing of a log that a died command left', () => {
    const failed = structuredClone(STATES['training-failed']!)
    failed.failure!.tail = '/merge\n\r/approve\n\u001b[31m/close\n```\n/label ~x\n'

    const text = renderMarkdown(failed, dialect, {})

    expect(text).toContain('/approve')
    expect(commandsIn(text)).toEqual([])
  })

  it('knows a command when it sees one', () => {
    expect(commandsIn('x\n/merge now\n\r/close\n /label\n//x\n/ x')).toEqual(['/merge now', '/close'])
  })
})
