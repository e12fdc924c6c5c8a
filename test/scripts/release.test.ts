import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changelogSection, isNewer, releaseProblems } from '../../scripts/release-plan.ts'

const CHANGELOG =
  '# Changelog\n\n## 0.2.0 (2026-12-01)\n\n- Two.\n\n## 0.1.0 (2026-11-01)\n\n- One.\n```md\n## 0.0.1\n```\n- More.\n'

describe('whether a commit may be released', () => {
  const facts = {
    version: '0.1.0',
    sourceVersion: '0.1.0',
    changelog: CHANGELOG,
    pushedTag: 'v0.1.0',
    isOnMain: true,
  }

  it('is yes where version, tag, changelog and branch agree', () => {
    expect(releaseProblems(facts)).toEqual([])
    expect(releaseProblems({ ...facts, pushedTag: undefined })).toEqual([])
  })

  it.each([
    ['another version in the source', { sourceVersion: '0.0.9' }, 'src/version.ts says 0.0.9'],
    ['another tag', { pushedTag: 'v0.2.0' }, 'the tag is v0.2.0'],
    ['another branch', { isOnMain: false }, 'the commit is not on main'],
    ['no section', { changelog: '# Changelog\n' }, 'CHANGELOG.md has no heading "## 0.1.0 (year-month-day)"'],
    ['no day', { changelog: '## 0.1.0 (unreleased)\n\n- x\n' }, '"(unreleased)" is no day'],
    [
      'nothing said',
      { changelog: '## 0.1.0 (2026-11-01)\n\n## 0.0.1\n- x\n' },
      'nothing stands below the heading',
    ],
  ])('is no for %s', (_, change, problem) => {
    expect(releaseProblems({ ...facts, ...change })).toEqual([expect.stringContaining(problem)])
  })

  it.each(['1.2', '1.2.3-rc.1', 'v1.2.3', '01.2.3', '1.2.3 ', ''])('is no for the version "%s"', version => {
    const [problem] = releaseProblems({
      version,
      sourceVersion: version,
      changelog: `## ${version} (2026-01-01)\n\n- x\n`,
      pushedTag: undefined,
      isOnMain: true,
    })

    expect(problem).toContain('is not three numbers')
  })
})

describe('the section of a version', () => {
  it.each([
    ['0.2.0', '- Two.'],
    ['0.1.0', '- One.\n```md\n## 0.0.1\n```\n- More.'],
  ])('%s ends at the next heading, not at one in a code block', (version, text) => {
    expect(changelogSection(CHANGELOG, version)?.text).toBe(text)
    expect(changelogSection(CHANGELOG.replaceAll('\n', '\r\n'), version)?.text).toBe(text)
  })

  it.each(['0.0.1', '0.1', '0.2.0 (', '2.0'])('is none for %s', version => {
    expect(changelogSection(CHANGELOG, version)).toBeUndefined()
  })

  it('is what was written, for any lines and any neighbours', () => {
    const line = fc.stringMatching(/^[-a-z#. ]{0,20}$/).filter(text => !text.startsWith('## '))
    const section = fc.array(line, { maxLength: 5 }).map(lines => lines.join('\n'))
    fc.assert(
      fc.property(fc.array(section, { minLength: 1, maxLength: 5 }), fc.nat(4), (sections, pick) => {
        const text = `# Changelog\n\n${sections.map((body, at) => `## 1.${at}.0 (2026-01-0${at + 1})\n${body}\n`).join('')}`
        const at = pick % sections.length

        expect(changelogSection(text, `1.${at}.0`)).toEqual({
          date: `2026-01-0${at + 1}`,
          text: sections[at]!.trim(),
        })
      }),
    )
  })
})

describe('the order of versions', () => {
  it('is that of their numbers, not of their letters', () => {
    const parts = fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30))
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const order = a[0] - b[0] || a[1] - b[1] || a[2] - b[2]

        expect(isNewer(a.join('.'), b.join('.'))).toBe(order > 0)
      }),
    )
  })
})
