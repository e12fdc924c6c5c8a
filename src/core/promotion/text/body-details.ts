import { TRIED_FILES } from '../../release/canary-file.ts'
import { isNewer, RECORD_FILE, type ReleaseRecord, releaseKey } from '../../release/record.ts'
import type { Detail } from '../../report/sections/details.ts'
import { renderTable } from '../../report/tables/table.ts'
import { code, fenced, inline, sentence } from '../../report/words/escape.ts'
import { reasonWords } from '../plan/reasons.ts'
import { manifestDiff } from './manifest-diff.ts'
import type { PromotionText } from './text.ts'

/** Title of the part with the manifests, before and after. */
export const DIFFERENCE = 'What merging changes'

/** The folded parts of a promotion, in reading order. */
export function promotionDetails(text: PromotionText): Detail[] {
  const { changes, rendered, kind, to } = text
  const own = [RECORD_FILE, ...TRIED_FILES]
  const manifests = changes.filter(({ path }) => !own.some(name => path.endsWith(`/${name}`)))
  const parameters = Object.entries(to.parameters ?? {})
  return [
    diffDetail(DIFFERENCE, 0, manifestDiff(manifests) || 'No manifest changes.\n'),
    ...(rendered === undefined
      ? []
      : [diffDetail('What that changes in the cluster', 2, rendered || 'Nothing.\n')]),
    whole('How to undo it', 1, undo(text)),
    whole('Environments', 3, environments(text)),
    ...(parameters.length > 0 && kind === 'promotion'
      ? [
          {
            title: 'Parameters',
            rank: 4,
            body: (room: number) =>
              renderTable(
                {
                  head: ['Parameter', 'Value'],
                  right: [],
                  rows: parameters.map(([name, value]) => [inline(name), inline(String(value), 120)]),
                },
                200,
                room,
              ),
          },
        ]
      : []),
  ]
}

// --- internal ---

function whole(title: string, rank: number, text: string): Detail {
  return { title, rank, body: room => (text.length <= room ? text : undefined) }
}

/** A difference in a fence, cut between lines. */
function diffDetail(title: string, rank: number, diff: string): Detail {
  const lines = diff.trimEnd().split('\n')
  return {
    title,
    rank,
    body: room => {
      const all = fenced(lines.join('\n'), 'diff')
      if (all.length <= room) return all
      let kept = lines.length
      while (kept > 0) {
        kept = Math.floor(kept / 2)
        const part = `${fenced(lines.slice(0, kept).join('\n'), 'diff')}\n\n… ${lines.length - kept} more lines`
        if (kept > 0 && part.length <= room) return part
      }
      return undefined
    },
  }
}

function undo({ environment, kind, from, to, canary }: PromotionText): string {
  if (canary?.step === 'take_back')
    return 'It is not proposed here again: make a new release of the same commit to have it tried once more.'
  if (kind === 'rollback')
    return `Release the hold, and the newest release is promoted again:\n\n${fenced(`assay promote ${to.model} --environment ${environment} --release-hold`, 'sh')}`
  const isTried = canary !== undefined && 'file' in canary
  const back = from
    ? isTried
      ? `Opens the pull request that takes it back, so that ${code(from.version)} gets all of the traffic again:`
      : `Opens the pull request that restores ${code(from.version)}, byte for byte:`
    : 'There is no release before this one: revert the merge commit instead.'
  return from ? `${back}\n\n${fenced(`assay rollback ${to.model} --environment ${environment}`, 'sh')}` : back
}

/** Where this release is already, what is older and what is newer. */
function environments({ environments, to, environment, waiting }: PromotionText): string {
  const table = renderTable({
    head: ['Environment', 'Serves', 'Against this release'],
    right: [],
    rows: environments.map(({ name, release }) => [
      name === environment ? `**${inline(name)}** (this one)` : inline(name),
      release ? code(release.version) : '–',
      relation(release, to),
    ]),
  })
  const waits = waiting
    .slice(0, 5)
    .map(
      ({ release, reasons }) =>
        `- ${code(release.version)} is newer and waits: ${sentence(reasons.map(reasonWords).join('; '), 300)}`,
    )
  return [table, waits.join('\n')].filter(Boolean).join('\n\n')
}

function relation(release: ReleaseRecord | undefined, to: ReleaseRecord): string {
  if (!release) return 'nothing serves'
  if (releaseKey(release) === releaseKey(to)) return 'the same'
  return isNewer(release, to) ? 'ahead' : 'behind'
}
