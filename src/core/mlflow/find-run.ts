import { shortened, visible } from '../text/visible-text.ts'
import { type MlflowRun, tagIn } from './answers.ts'

/** Which run is that of this training. */

/** What a run has to fit that is taken for that of a training. */
export interface Judged {
  /** By which the judged commit is known: its own, and the merge of it that is checked out. None where what is judged is no commit. */
  commits: readonly string[]
  /** Milliseconds; a run that began before is of another training. Absent: nothing was trained, or nobody knows when. */
  since?: number | undefined
  /** Milliseconds: when this judgement began. */
  asked: number
}

/** The id in a file that training has written; undefined where it is none. */
export function runIdIn(text: string): string | undefined {
  return /^\s*([0-9A-Za-z][\w-]{0,63})\s*$/.exec(text)?.[1]
}

/** The one run of a commit. Of several nobody knows which is meant, and none is taken. */
export function onlyRun(
  runs: readonly MlflowRun[],
  judged: Judged,
): { run: MlflowRun } | { problem: string } {
  const ours = runs.filter(run => whyOfAnother(run, judged) === undefined)
  const [run] = ours
  if (ours.length === 1 && run) return { run }
  const other = run ? undefined : runs.find(one => released(one) !== undefined)
  if (other) return { problem: whyOfAnother(other, judged)! }
  if (!run) return { problem: 'no run in MLflow has the tag of this commit and began with this training' }
  return {
    problem: `${ours.length} runs in MLflow have the tag of this commit (${ours
      .map(({ info }) => info.run_id.slice(0, 8))
      .join(', ')}), and which of them is meant nobody knows: name a file with \`mlflow.run_id\``,
  }
}

/** Why a run is of another training, and so neither read nor written to, and what to do; undefined where it may be of this one. */
export function whyOfAnother(run: MlflowRun, judged: Judged): string | undefined {
  return told(unfit(run, judged))
}

/** Why a run that this job was handed by its id is not written to; when it began is no matter there. */
export function whyNotOurs(run: MlflowRun, { commits }: Pick<Judged, 'commits'>): string | undefined {
  return told(released(run) ?? (commits.length > 0 ? ofOtherCommit(run, commits) : undefined))
}

// --- internal ---

const OWN_RUN =
  'let each training make a run of its own, with its commit as the tag `mlflow.source.git.commit`'
const COMMIT_TAGS = ['mlflow.source.git.commit', 'assay.commit']

function told(why: string | undefined): string | undefined {
  return why && `${why}: it is of another training, and is neither read nor written to; ${OWN_RUN}`
}

function unfit(run: MlflowRun, { commits, since, asked }: Judged): string | undefined {
  const known =
    released(run) ?? (since === undefined || commits.length > 0 ? ofOtherCommit(run, commits) : undefined)
  if (known !== undefined) return known
  if (since !== undefined)
    return isBefore(run, since) ? `${named(run)} began before this training` : undefined
  if (commitsOf(run).length > 0) return undefined
  return isBefore(run, asked)
    ? `${named(run)} began before this evaluation and does not say of which commit it is`
    : undefined
}

function released(run: MlflowRun): string | undefined {
  const version = tagIn(run.data.tags, 'assay.release')
  return version === undefined ? undefined : `${named(run)} is that of the release ${shown(version)}`
}

function ofOtherCommit(run: MlflowRun, commits: readonly string[]): string | undefined {
  const other = commitsOf(run).find(commit => !commits.includes(commit))
  return other === undefined ? undefined : `${named(run)} is of the commit ${shown(other.slice(0, 12))}`
}

function commitsOf({ data }: MlflowRun): string[] {
  return COMMIT_TAGS.flatMap(key => tagIn(data.tags, key) ?? [])
}

function isBefore({ info }: MlflowRun, time: number): boolean {
  return info.start_time === undefined || info.start_time < time
}

function named({ info }: MlflowRun): string {
  return `the run ${info.run_id.slice(0, 8)}`
}

function shown(text: string): string {
  return shortened(visible(text), 60)
}
