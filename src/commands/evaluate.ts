import { untilCancelled } from './command/cancelled.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import type { EVALUATE_OPTIONS } from './command/options.ts'
import { writeTrackedReport } from './mlflow/log-run.ts'
import { checkFolders } from './model/check-folders.ts'
import { judgeModel } from './model/judge-model.ts'
import { skippedResult } from './model/skipped-result.ts'
import { readCandidate, removedWords, selectModels } from './project/project.ts'
import { prepareOutput, writeMergedReports, writeReport, writeResult } from './result/outputs.ts'
import { type PostedModel, summarise } from './result/summarise.ts'

/** Evaluates, weighs and writes the result files. Posts nothing: `report` does. */
export async function run(
  context: Context,
  options: OptionValues<typeof EVALUATE_OPTIONS>,
): Promise<CommandResult> {
  const project = await readCandidate(context, options)
  const { selected, untouched, removed } = await selectModels(context, project, options.model)
  await checkFolders(context, project, selected, options)
  if (options['dry-run']) {
    const lines = selected.map(
      ({ model, config }) =>
        `${model}: would run ${config.evaluate?.run ?? 'nothing'} and read what it writes`,
    )
    return {
      exitCode: 0,
      text: [...removed.map(removedWords), ...lines].join('\n'),
      json: { models: selected.map(({ model }) => model) },
      outputs: {},
    }
  }
  const told = [...removed, ...selected.map(({ model }) => model)]
  await prepareOutput(context.folder, options.output, [...told, ...untouched])
  const judged: PostedModel[] = []
  const skipped = untouched.map(name => skippedResult(context, project, name))
  for (const result of skipped) await writeResult(context, options.output, result)
  const merge = () => {
    const results = judged.map(one => one.result)
    const pending = told.slice(results.length)
    const merged = { results: [...results, ...skipped], pending }
    return writeMergedReports(context, options.output, merged, options.config)
  }
  await merge()
  await untilCancelled(context, async () => {
    for (const name of removed) {
      const one = { result: skippedResult(context, project, name, true), plots: {} }
      await writeReport(context, options.output, one, options.config)
      judged.push({ result: one.result, notes: [] })
    }
    for (const work of selected) {
      const one = await judgeModel(work, { ...options, train: false, isDry: false })
      const result = await writeTrackedReport(work, options.output, one, options.config)
      judged.push({ result, notes: [] })
      await merge()
    }
  })
  return summarise(context, judged, untouched, options.output)
}
