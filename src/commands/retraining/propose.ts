import type { FileChange } from '../../core/git/file-changes.ts'
import { inline, sentence } from '../../core/report/words/escape.ts'
import { dayOf } from '../../core/text/instant-words.ts'
import { ownPart } from '../../core/text/own-part.ts'
import type { DeployAccess } from '../command/context.ts'
import { impossible, type RetrainSource } from './facts.ts'
import type { Updating } from './update.ts'

/** A retraining, and why somebody asks for it. */
export interface Asked {
  model: string
  champion: string
  /** A sentence of a person, or of what watches the model. */
  why: string
  /** What live traffic shows, in Markdown. */
  report?: string | undefined
}

/** Makes the commit that says which data the model is trained on; where somebody was faster, theirs stands. */
export async function writeDataVersion(
  { repository }: DeployAccess,
  { model, champion, now }: Asked & { now: number },
  { branch, head, file, value }: { branch: string; head: string; file: string; value: string },
): Promise<void> {
  const texts: Record<string, string> = { date: dayOf(now), model, champion }
  const content = `${value.replace(/\{(date|model|champion)\}/g, (_, name: string) => texts[name]!)}\n`
  const reply = await repository.commitFiles({
    branch,
    expected: head,
    parent: head,
    files: [{ path: file, content }],
    message: messageOf({ model, champion }),
  })
  if (reply.kind === 'empty')
    throw impossible(model, [
      {
        what: `the file says ${JSON.stringify(content.trimEnd())} already: there is nothing to train anew on`,
        where: { file },
        fix: 'let `value` of `retrain` change with the day: `{date}`',
      },
    ])
}

/** Makes the commit of what moved the data on; where somebody was faster, theirs stands. @returns whether it changes anything */
export async function commitUpdate(
  { repository }: DeployAccess,
  { model, champion, branch, commit }: Updating,
  files: readonly FileChange[],
): Promise<boolean> {
  const message = messageOf({ model, champion })
  const reply = await repository.commitFiles({ branch, expected: commit, parent: commit, files, message })
  return reply.kind !== 'empty'
}

/** Opens the pull request of a branch that holds what it is to propose, once. */
export async function proposeRetrained(
  { repository }: DeployAccess,
  asked: Asked & { source: RetrainSource },
  branch: string,
): Promise<{ action: 'proposed' | 'nothing'; words: string; url: string }> {
  const pullRequests = repository.pullRequests!
  const base = asked.source.branch
  const created = await pullRequests.create({ branch, base, title: titleOf(asked), body: bodyOf(asked) })
  const pull = created ?? (await pullRequests.ofBranch(branch, base)).open
  if (!pull)
    throw impossible(asked.model, [
      { what: `the pull request from ${branch} cannot be seen`, fix: 'Run again' },
    ])
  const words = `pull request ${pull.number} proposes it`
  return { action: created ? 'proposed' : 'nothing', words, url: pull.url }
}

// --- internal ---

function messageOf({ model, champion }: Pick<Asked, 'model' | 'champion'>): string {
  return `${titleOf({ model })}\n\nAssay-Model: ${model}\nAssay-Champion: ${champion}`
}

function titleOf({ model }: Pick<Asked, 'model'>): string {
  return `Retrain ${model}`
}

/** Characters of a report on live traffic: the rest of it is in the files of its run. */
const LONGEST_REPORT = 20_000

function bodyOf({ model, champion, why, report }: Asked): string {
  const marker = `<!-- assay:retrain v1 model=${model} champion=${champion} -->`
  const text = `${inline(model)} is to be trained anew; ${inline(champion)} serves. ${sentence(why, 500)}\n\nWhat comes of it is weighed here like any other change: nothing is released before this is merged.${report === undefined ? '' : `\n\n${reportPart(report)}`}`
  return ownPart(`${marker}\n${text}`)
}

/** Whole lines; none of them looks like one of our hidden ones. */
function reportPart(report: string): string {
  const inert = report.trim().replaceAll('<!--', '&lt;!--')
  const shown =
    inert.length <= LONGEST_REPORT
      ? inert
      : `${inert.slice(0, LONGEST_REPORT).split('\n').slice(0, -1).join('\n')}\n\nThe rest is in the files of the run.`
  return `<details><summary>What live traffic shows</summary>\n\n${shown}\n\n</details>`
}
