import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderPromotionBody } from '../../../../src/core/promotion/text/body.ts'
import { verdictOf } from '../../../../src/core/promotion/text/body-sections.ts'
import {
  mayReplace,
  parseCommitMessage,
  renderCommitMessage,
} from '../../../../src/core/promotion/text/commit-message.ts'
import { manifestDiff } from '../../../../src/core/promotion/text/manifest-diff.ts'
import { parsePromotionMarker, renderPromotionMarker } from '../../../../src/core/promotion/text/marker.ts'
import type { PromotionText } from '../../../../src/core/promotion/text/text.ts'
import { releaseKey } from '../../../../src/core/release/record.ts'
import { BOXES } from '../../../support/dialects.ts'
import { hostileResult, hostileText } from '../../../support/hostile.ts'
import { promotion } from '../../../support/promotions.ts'
import { release, releaseOf } from '../../../support/releases.ts'
import { problemsIn, readRendered } from '../../../support/rendered.ts'
import { cases, divided } from '../../../support/rounds.ts'

const RUNS = cases(500)

describe('the difference of the manifests', () => {
  const withLines = (count: number) => {
    const text = (image: string) => Array.from({ length: count }, (_, at) => `${image}-${at}: 1\n`).join('')
    return promotion({ changes: [{ path: 'apps/x.yaml', before: text('old'), after: text('new') }] })
  }

  it('is open where it is short: what is approved needs no click', () => {
    const body = renderPromotionBody(withLines(3), BOXES)

    expect(body).toContain('<details open>\n<summary>What merging changes</summary>')
    expect(body.split('<details open>')).toHaveLength(2)
  })

  it('is folded where it is long', () => {
    expect(renderPromotionBody(withLines(30), BOXES)).not.toContain('<details open>')
  })
})

describe('whatever texts a release holds', () => {
  it('the pull request shows them as text', () => {
    fc.assert(
      fc.property(hostilePromotion(), text => {
        const body = renderPromotionBody(text, BOXES)

        const { repository, commit } = text.to
        const links = [
          `${repository}/commit/${commit}`,
          `${repository}/compare/${text.from?.commit}...${commit}`,
          `${repository}/compare/${commit}...${text.from?.commit}`,
          text.to.run ?? '',
        ]
        expect(problemsIn(body.slice(body.indexOf('\n') + 1), { links, heads: 1 })).toEqual([])
        expect(body.isWellFormed()).toBe(true)
        expect(body.length).toBeLessThanOrEqual(BOXES.maxBody)
      }),
      RUNS,
    )
  })

  it('the message of the commit has one line a fact, closes no issue, mentions nobody and stops no pipeline', () => {
    fc.assert(
      fc.property(hostilePromotion(), hostileText(), (text, author) => {
        const message = renderCommitMessage(text, { author })

        const [title, empty, ...trailers] = message.trimEnd().split('\n')
        expect(title).toMatch(/^(Promote|Roll back) /)
        expect(empty).toBe('')
        expect(trailers.filter(line => !/^(Assay|Argocd)-[A-Za-z-]+: \S/.test(line))).toEqual([])
        const own = trailers
          .filter(line => !/^\S+-(repourl|sha|author|date|Image|Uri|Run|Created|Key): /.test(line))
          .join('\n')
        expect(own).not.toMatch(/[@#!]\w|GH-\d|[\p{Cc}\p{Cf}](?<![\n\u200b])/iu)
      }),
      RUNS,
    )
  })

  it.each([
    '[skip ci]',
    '[ci skip]',
    '[no ci]',
    '[skip actions]',
    '[actions skip]',
    '***NO_CI***',
    '[CI-Skip]',
  ])('a commit of the model that says %s stops nothing in the deploy repository', words => {
    const message = renderCommitMessage(
      promotion({ to: releaseOf({}, { subject: `Fix ${words} fixes #12 for @ada` }) }),
    )

    expect(message).not.toContain(words)
    expect(message).not.toMatch(/#12|@ada/)
  })

  it('an author that is no name with an address is left out', () => {
    expect(renderCommitMessage(promotion(), { author: 'Ada <a@b.c>\nSigned-off-by: root' })).not.toMatch(
      /author/,
    )
    expect(renderCommitMessage(promotion(), { author: 'Ada Lovelace <ada@example.com>' })).toContain(
      'Argocd-reference-commit-author: Ada Lovelace <ada@example.com>\n',
    )
  })
})

describe('what a commit of ours says of its release', () => {
  const message = (number: number, more: Partial<PromotionText> = {}) =>
    renderCommitMessage(promotion({ to: release(number), ...more }))

  it('is read back, whatever texts the release holds', () => {
    fc.assert(
      fc.property(hostilePromotion(), text => {
        const { committed, created } = text.to

        expect(parseCommitMessage(renderCommitMessage(text))).toEqual({
          kind: text.kind,
          environment: text.environment,
          model: text.to.model,
          key: releaseKey(text.to),
          committed,
          created,
          ...(text.from && { replaces: text.from.version }),
          ...(text.kind === 'promotion' && verdictOf(text) && { verdict: verdictOf(text) }),
        })
      }),
      RUNS,
    )
  })

  it.each([
    ['the same again', 2, message(2), true],
    ['a newer one', 3, message(2), true],
    ['an older one', 1, message(2), false],
    ['one for another environment', 3, message(2, { environment: 'staging' }), false],
    ['one of another model', 3, renderCommitMessage(promotion({ to: release(2, 'fraud') })), false],
    ['one over a rollback', 3, message(2, { kind: 'rollback' }), false],
    ['one over what is not ours', 3, 'Fix typo', false],
    ['one over what says two things', 3, `${message(2)}${message(2)}`, false],
  ])('decides whether it is replaced by %s', (_, number, there, expected) => {
    expect(mayReplace(promotion({ to: release(number) }), there)).toBe(expected)
  })

  it('lets an older one take the place of one that was withdrawn, and of no other', () => {
    expect(mayReplace(promotion({ to: release(1) }), message(2), releaseKey(release(2)))).toBe(true)
    expect(mayReplace(promotion({ to: release(1) }), message(3), releaseKey(release(2)))).toBe(false)
  })

  it('lets a rollback take the place of any', () => {
    expect(mayReplace(promotion({ kind: 'rollback', to: release(1) }), message(2))).toBe(true)
  })
})

describe('the room of a body', () => {
  const long = promotion({
    rendered: 'x'.repeat(400_000),
    changes: [
      {
        path: 'a.yaml',
        before: '',
        after: Array.from({ length: 20_000 }, (_, line) => `key${line}: value`).join('\n'),
      },
    ],
    to: releaseOf(
      {},
      {
        parameters: Object.fromEntries(
          Array.from({ length: 5000 }, (_, key) => [`p${key}`, 'v'.repeat(200)]),
        ),
      },
    ),
  })

  it.each(divided([2_000, 10_000, 60_000, 250_000], size => size === 2_000 || size === 60_000))(
    'of %i characters is kept, and what is missing is said',
    maxBody => {
      const body = renderPromotionBody(long, { ...BOXES, maxBody })

      expect(body.length).toBeLessThanOrEqual(maxBody)
      expect(body).toContain('Cut short or left out for length: ')
      expect(readRendered(body).headings).toHaveLength(1)
    },
  )

  it('holds the whole difference of the manifests before anything else', () => {
    const body = renderPromotionBody(promotion({ rendered: 'x\n'.repeat(60_000) }), {
      ...BOXES,
      maxBody: 8000,
    })

    expect(body).toContain('+    newTag: b491386   # the commit')
  })
})

describe('the hidden marker', () => {
  const marker = {
    environment: 'production',
    model: 'churn',
    version: '1',
    release: 'ab'.repeat(16),
    champion: 'cd'.repeat(16),
  }
  const line = renderPromotionMarker(marker)

  it('is the first line of the body, and is read back', () => {
    const { champion: _, ...first } = marker

    expect(parsePromotionMarker(renderPromotionBody(promotion(), BOXES))).toMatchObject({
      model: 'late-flights',
      version: '2026-05-18-b491386',
    })
    expect(parsePromotionMarker(`${line}\r\ntext`)).toEqual(marker)
    expect(parsePromotionMarker(renderPromotionMarker(first))).toEqual(first)
  })

  it('is read where a newer version says more at its end', () => {
    expect(parsePromotionMarker(line.replace(' -->', ' weight=5 -->'))).toEqual(marker)
  })

  it.each([
    ['quoted', `> ${line}`],
    ['not first', `\n${line}`],
    ['of another version', line.replace('v1', 'v2')],
    ['with a tag in it', line.replace(' -->', ' <x>=1 -->')],
    ['with words in it', line.replace(' -->', ' x y -->')],
    ['of a path', line.replace('churn', '../churn')],
    ['of a short key', line.replace('ab'.repeat(16), 'abababa')],
    ['with an end in it', line.replace('version=1', 'version=1-->')],
    ['empty', ''],
  ])('is none: %s', (_, body) => {
    expect(parsePromotionMarker(body)).toBeUndefined()
  })

  it('is not written for what it could not be read from', () => {
    expect(() => renderPromotionMarker({ ...marker, version: '--> <img>' })).toThrow(RangeError)
  })
})

describe('manifestDiff', () => {
  it('shows files that come and go, and leaves out those that stay', () => {
    const diff = manifestDiff([
      { path: 'b.yaml', before: 'x\n' },
      { path: 'a.yaml', after: 'y\n' },
      { path: 'c.yaml', before: 'z\n', after: 'z\n' },
    ])

    expect(diff).toBe(
      '--- /dev/null\n+++ b/a.yaml\n@@ -0,0 +1,1 @@\n+y\n--- a/b.yaml\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-x\n',
    )
  })

  it('gives up on texts that have nothing in common', () => {
    const text = (mark: string) => Array.from({ length: 5000 }, (_, line) => `${mark}${line}`).join('\n')

    expect(manifestDiff([{ path: 'a.yaml', before: text('a'), after: text('b') }])).toContain(
      'too much changed',
    )
  })
})

// --- internal ---

function hostilePromotion(): fc.Arbitrary<PromotionText> {
  const words = hostileText().map(text => text.toWellFormed().slice(0, 290).toWellFormed() || 'x')
  return fc
    .record({
      subject: words,
      by: words,
      data: words,
      gate: words,
      key: words,
      reason: words,
      column: words,
      hold: words,
      manifest: words,
      weighed: fc.boolean(),
      result: fc.option(hostileResult(), { nil: undefined }),
      kind: fc.constantFrom('promotion' as const, 'rollback' as const),
    })
    .map(({ subject, by, data, gate, key, reason, column, hold, manifest, weighed, result, kind }) => {
      const base = releaseOf()
      const change = {
        value: -0.1,
        interval: [-0.2, -0.05] as [number, number],
        level: 0.95,
        p: 0.001,
        method: reason,
        paired: true,
      }
      const to = {
        ...base,
        subject,
        by,
        data: [data, subject],
        parameters: { [key]: manifest },
        gates: [{ name: gate, verdict: 'fail' as const, waived: { reason, by, until: '2026-12-31' } }],
        worst_slices: [
          {
            metric: 'accuracy',
            column,
            value: gate,
            rows: 400,
            candidate: 0.7,
            baseline: 0.8,
            change,
            direction: 'higher' as const,
            outcome: 'fail' as const,
          },
        ],
      }
      return promotion({
        kind,
        to,
        weighed,
        // A hostile result may hold what no schema lets through: only its texts are wanted here.
        result: weighed && result?.state === 'judged' ? result : undefined,
        reason,
        changes: [{ path: 'apps/x/kustomization.yaml', before: 'a\n', after: `${manifest}\n` }],
        rendered: `+${manifest}`,
        waiting: [
          {
            release: base,
            reasons: [
              { kind: 'rollback', reason: hold, by },
              { kind: 'freeze', reason },
            ],
          },
        ],
      })
    })
}
