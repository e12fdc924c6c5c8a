import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { demoPredictions } from '../core/inputs/demo-data.ts'
import { CONFIG_FILE } from '../core/text/names.ts'
import { formatCount } from '../core/text/numbers.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import type { DEMO_OPTIONS } from './command/options.ts'
import { run as evaluate } from './evaluate.ts'

const ROWS = 4000
const SEED = 20

const CONFIG = `model: churn
predictions:
  file: predictions.csv
  score: score
  slices: [region]
champion: champion
gates:
  - metric: roc_auc
    not_worse_than: champion
    margin: 0.005
  - metric: accuracy
    better_than: champion
  - metric: accuracy
    not_worse_than: champion
    margin: 0.05
    slices: [region]
`

/** Two made-up models, weighed by the same code as any pull request. */
export async function run(
  context: Context,
  options: OptionValues<typeof DEMO_OPTIONS>,
): Promise<CommandResult> {
  const folder = join(context.folder, options.output)
  const { champion, candidate } = demoPredictions(ROWS, SEED)
  await mkdir(join(folder, 'champion'), { recursive: true })
  await Promise.all([
    writeFile(join(folder, CONFIG_FILE), CONFIG),
    writeFile(join(folder, 'predictions.csv'), candidate),
    writeFile(join(folder, 'champion', 'predictions.csv'), champion),
  ])
  const result = await evaluate(
    { ...context, folder, ci: { name: 'local' } },
    {
      config: CONFIG_FILE,
      model: undefined,
      baseline: undefined,
      base: undefined,
      output: 'assay-result',
      'dry-run': false,
    },
  )
  const text = `Two made-up models, ${formatCount(ROWS)} rows, weighed as in a pull request:

${result.text}

The files are in ${options.output}/: open ${options.output}/assay-result/churn/report.html.
Now your own: \`assay init\`.`
  // A gate that fails is what the demo shows, not a failure of the demo.
  return { ...result, exitCode: 0, text }
}
