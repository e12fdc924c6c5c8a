import { trainingOf } from '../core/config/dvc.ts'
import { untilCancelled } from './command/cancelled.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import type { TRAIN_OPTIONS } from './command/options.ts'
import { checkFolders } from './model/check-folders.ts'
import { trainModel } from './model/make-candidate.ts'
import { readCandidate, removedWords, selectModels } from './project/project.ts'
import { CommandFailed } from './project/work.ts'
import { prepareOutput } from './result/outputs.ts'

/** Runs the train commands and keeps what they took in `<output>/<model>/usage.json` for a later `evaluate`. */
export async function run(
  context: Context,
  options: OptionValues<typeof TRAIN_OPTIONS>,
): Promise<CommandResult> {
  const project = await readCandidate(context, options)
  const { selected, untouched, removed } = await selectModels(context, project, options.model)
  await checkFolders(context, project, selected, options)
  const lines: string[] = [
    ...removed.map(removedWords),
    ...untouched.map(name => `${name}: skipped, nothing it depends on was touched`),
  ]
  const json: Record<string, unknown> = {}
  let failed = false
  if (selected.length > 0 && !options['dry-run'])
    await prepareOutput(
      context.folder,
      options.output,
      selected.map(({ model }) => model),
    )
  for (const work of selected) {
    const { model, config } = work
    const training = trainingOf(config)
    if (!training) lines.push(`${model}: has no train command`)
    else if (options['dry-run']) lines.push(`${model}: would run ${training.run}`)
    else
      try {
        const usage = await untilCancelled(context, () => trainModel(work, options.output))
        json[model] = usage
        lines.push(`${model}: trained in ${Math.round(usage.trainSeconds ?? 0)} s`)
      } catch (error) {
        if (!(error instanceof CommandFailed) || error.cancelled) throw error
        failed = true
        json[model] = { failure: error.failure }
        lines.push(`${model}: training failed: ${failureWords(error)}`)
      }
  }
  return { exitCode: failed ? 2 : 0, text: lines.join('\n'), json, outputs: {} }
}

// --- internal ---

/** What a command said is in the log; of one that was not run, this is all there is. */
function failureWords({ failure, message }: CommandFailed): string {
  const { exitCode, signal, tail } = failure
  return exitCode === undefined && signal === undefined ? tail : message
}
