import type { CanaryFile } from '../../release/canary-file.ts'
import { code, inline } from '../../report/words/escape.ts'
import { shortened, visible } from '../../text/visible-text.ts'

/**
 * What becomes of the pull request that takes a release back, by the rules of the branch that it is for: found out before a release
 * enters, so that nobody is promised what the rules do not let. Words of it come from outside.
 */
export type WayBack = { branch: string } & (
  | { kind: 'free'; checks: readonly string[] }
  /** Only a person can give what they ask for. */
  | { kind: 'asked'; for: readonly string[] }
  | { kind: 'unknown'; why: string }
)

/** What is promised where harm is shown, in Markdown, to follow "it is taken back". */
export function promisedWords(
  { on_harm }: Pick<CanaryFile, 'on_harm'>,
  wayBack: WayBack | undefined,
): string {
  if (on_harm === 'propose') return ' by a pull request that somebody merges'
  const merged = ', and that is merged without asking anybody'
  if (!wayBack) return `${merged}, as far as the rules of the branch let it`
  const branch = code(wayBack.branch)
  switch (wayBack.kind) {
    case 'free': {
      const checks = wayBack.checks.map(name => code(name)).join(', ')
      return `${merged}: the rules of ${branch} let it${checks === '' ? '' : `, once these checks pass: ${checks}`}`
    }
    case 'asked':
      return ` by a pull request that waits for somebody: the rules of ${branch} ask for ${inline(askedWords(wayBack), 300)}`
    case 'unknown':
      return `${merged}, as far as the rules of ${branch} let it. Whether they do is not known: ${inline(wayBack.why, 300)}`
  }
}

/** What only a person can give: `1 approving review`. Plain; escape it for Markdown. */
export function askedWords(wayBack: Extract<WayBack, { kind: 'asked' }>): string {
  return shortened(visible(wayBack.for.join(' and ')), 200)
}

/** What a person should know before harm comes; undefined where what is promised can be kept. Plain. */
export function unkeptWords(wayBack: WayBack | undefined): string | undefined {
  if (wayBack?.kind !== 'asked') return undefined
  return `Harm is only proposed: the rules of ${visible(wayBack.branch)} ask for ${askedWords(wayBack)}`
}
