import { type DataPiece, dataChanges, dataPiece, isOfDvc } from '../inputs/dvc/data-piece.ts'
import type { Result } from '../verdict/result.ts'
import { installSteps } from './lockfiles.ts'
import type { ReleaseRecord } from './record.ts'

/** Building a release anew from its record, and whether the same came out. */

/** The commands, one a line, for an empty folder. Every value in them is of a grammar that means nothing to a shell. */
export function reproduceSteps(record: ReleaseRecord): string[] {
  const { repository, commit, model, data = [], trained_in } = record
  const folder = `${model}-${commit.slice(0, 7)}`
  return [
    `git clone ${quoted(repository)} ${folder}`,
    `cd ${folder}`,
    `git checkout --detach ${commit}`,
    ...installSteps(),
    ...(dataOfDvc(data).length > 0
      ? [
          '# Leave this out where assay.yml has `dvc.pull`: `assay train` brings what that names. What is missing, training makes.',
          'dvc pull --allow-missing',
        ]
      : []),
    ...(trained_in === undefined
      ? []
      : [
          '# Without a lockfile: what it was trained in, with docker or podman; without assay in there, run what assay.yml does.',
          `docker run --rm -it --volume "$PWD:$PWD" --workdir "$PWD" ${trained_in} sh`,
        ]),
    `assay train --model ${model}`,
    `assay evaluate --model ${model}`,
  ]
}

/** What of these data versions is DVC's. */
export function dataOfDvc(data: readonly string[]): DataPiece[] {
  return data.flatMap(line => dataPiece(line) ?? []).filter(isOfDvc)
}

export interface Reproduction {
  metric: string
  recorded: number
  reproduced?: number
  /** `same`: to the last digit. `within`: inside the interval that the record has for it. */
  agreement: 'same' | 'within' | 'differs' | 'missing'
}

/** The record's metrics against those of a result made anew, and why they might differ. Gated metrics first. */
export function compareWithRecord(
  record: ReleaseRecord,
  { candidate, metrics }: Result,
): { metrics: Reproduction[]; warnings: string[] } {
  const values = new Map(metrics.map(row => [row.metric, row.candidate?.value]))
  const names = Object.keys(record.metrics).sort(
    (a, b) => Number(record.metrics[b]!.gated ?? false) - Number(record.metrics[a]!.gated ?? false),
  )
  return {
    metrics: names.map(metric => compared(metric, record.metrics[metric]!, values.get(metric))),
    warnings: [
      ...differs('commit', record.commit, candidate.commit, (a, b) => a.startsWith(b)),
      ...differs('test set', record.test_set?.hash, candidate.testSet?.hash),
      ...otherData(record.data, candidate.data),
      ...differs('code of the metrics', record.metric_code, candidate.metricCode),
      ...otherGpus(record.gpus, candidate.usage?.gpus),
      ...differs('seeds', record.seeds?.join(), candidate.seeds?.join()),
    ],
  }
}

// --- internal ---

type RecordedMetric = ReleaseRecord['metrics'][string]

function compared(
  metric: string,
  { value, interval }: RecordedMetric,
  reproduced: number | undefined,
): Reproduction {
  if (reproduced === undefined) return { metric, recorded: value, agreement: 'missing' }
  const within = interval !== undefined && interval[0] <= reproduced && reproduced <= interval[1]
  return {
    metric,
    recorded: value,
    reproduced,
    agreement: reproduced === value ? 'same' : within ? 'within' : 'differs',
  }
}

function differs(
  what: string,
  recorded: string | undefined,
  now: string | undefined,
  same: (recorded: string, now: string) => boolean = (a, b) => a === b,
): string[] {
  if (recorded === undefined) return []
  if (now === undefined) return [`the ${what} of the release is recorded, that of this result is not known`]
  return same(recorded, now) ? [] : [`the ${what} is not that of the release`]
}

/** Every piece that is recorded, by its hash; what only this result names was not looked at then. */
function otherData(recorded: readonly string[] | undefined, now: readonly string[] | undefined): string[] {
  if (!recorded || !now) return differs('data', recorded?.join(), now?.join())
  const { removed, changed } = dataChanges(recorded, now)
  const paths = [...removed, ...changed.map(({ before }) => before)].map(({ path }) => path)
  if (paths.length === 0) return []
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : ''
  return [`the data is not that of the release: ${paths.slice(0, 5).join(', ')}${more}`]
}

function otherGpus(
  recorded: readonly string[] | undefined,
  now: readonly { name: string }[] | undefined,
): string[] {
  const own = (now ?? []).map(({ name }) => name)
  if (!recorded || recorded.join() === own.join()) return []
  const here = own.length > 0 ? `here on ${own.join(', ')}` : 'here on none that could be measured'
  return [`it was trained on ${recorded.join(', ')}, ${here}: sums come out otherwise on another GPU`]
}

/** For a shell: an address may hold `&`, `?` and `;`. It cannot hold a quote. */
function quoted(address: string): string {
  return `'${address}'`
}
