import type { MlflowRun } from './answers.ts'

/** Which run is that of this training. */

/** The id in a file that training has written; undefined where it is none. */
export function runIdIn(text: string): string | undefined {
  return /^\s*([0-9A-Za-z][\w-]{0,63})\s*$/.exec(text)?.[1]
}

/**
 * The one run of a commit. Of several nobody knows which is meant, and none is taken.
 *
 * @param since milliseconds; a run that began before this training is of another one
 */
export function onlyRun(
  runs: readonly MlflowRun[],
  since: number | undefined,
): { run: MlflowRun } | { problem: string } {
  const ours = runs.filter(run => !isOlder(run, since))
  const [run] = ours
  if (ours.length === 1 && run) return { run }
  if (!run) return { problem: 'no run in MLflow has the tag of this commit and began with this training' }
  return {
    problem: `${ours.length} runs in MLflow have the tag of this commit (${ours
      .map(({ info }) => info.run_id.slice(0, 8))
      .join(', ')}), and which of them is meant nobody knows: name a file with \`mlflow.run_id\``,
  }
}

/** Whether a run began before the training that it is taken for: then its numbers are of another one. */
export function isOlder({ info }: MlflowRun, since: number | undefined): boolean {
  return since !== undefined && (info.start_time === undefined || info.start_time < since)
}
