import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { TARGETS } from '../../src/targets/index.ts'
import { ARMS, RELEASE } from './cases.ts'

describe.each(Object.values(TARGETS))('docs/targets/$name.md', target => {
  const page = readFileSync(`docs/targets/${target.name}.md`, 'utf8')
  const block = (language: string) =>
    new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)![1]!

  it('has the same four headings', () => {
    expect([...page.matchAll(/^#+ (.*)$/gm)].map(match => match[1])).toEqual([
      target.name,
      'What it does',
      'Options',
      'Example',
      'Errors',
    ])
  })

  it('describes every option', () => {
    const rows = [...page.matchAll(/^\| `[^`]+` \|.*$/gm)].map(match => match[0])

    expect(rows.length).toBeGreaterThan(1)
    expect(rows.filter(row => /\|\s*\|$/.test(row))).toEqual([])
  })

  it('shows what the target does, and how it splits traffic', () => {
    const options = parse(block('yaml'))
    const [file] = target.needs(options) as [string]
    const edits = [
      (files: Map<string, string>) => target.edit(files, RELEASE, options),
      ...(target.split
        ? [
            (files: Map<string, string>) =>
              target.split!.edit(
                files,
                { ...ARMS, ...(target.split!.sticky.includes('cookie') && { sticky: 'cookie' }) },
                options,
              ),
          ]
        : []),
    ]
    const shown = [...page.matchAll(/^```diff\n([\s\S]*?)^```$/gm)].map(([, diff]) => {
      const side = (marks: string) =>
        diff!
          .split('\n')
          .filter(line => line !== '' && marks.includes(line[0]!))
          .map(line => `${line.slice(1)}\n`)
          .join('')
      return { before: side(' -'), after: side(' +') }
    })

    expect(shown).toHaveLength(edits.length)
    for (const [index, { before, after }] of shown.entries())
      expect(edits[index]!(new Map([[file, before]])).get(file)).toBe(after)
    expect(page).toContain(`changes \`${file}\` so:`)
  })

  it('quotes errors that the target makes', () => {
    const tests = readFileSync(`test/targets/${target.name}.test.ts`, 'utf8').replaceAll("\\'", "'")
    const errors = page.slice(page.indexOf('## Errors'))
    const messages = [...errors.matchAll(/^\| (.*) \| .* \|$/gm)].map(match => match[1]!).slice(1)

    expect(messages.length).toBeGreaterThan(2)
    expect(messages.filter(message => !tests.includes(message))).toEqual([])
  })
})
