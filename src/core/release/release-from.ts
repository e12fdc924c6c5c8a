import { AssayError, type Problem } from '../errors/errors.ts'
import { opponentOf, worstSlices } from '../report/words/words.ts'
import { maskPersonalData } from '../secrets/secrets.ts'
import type { Difference } from '../statistics/estimate.ts'
import { maskAddresses } from '../text/addresses.ts'
import { shortened } from '../text/visible-text.ts'
import { countedVerdict, type MetricRow, type Result, type SliceRow } from '../verdict/result.ts'
import type { Image } from './image.ts'
import { type RecordMetric, type RecordSlice, ReleaseRecord } from './record.ts'

/** What a result does not know about its release. Instants are ISO 8601 in UTC. */
export interface ReleaseFacts {
  /** The whole commit id; must be the candidate's commit. */
  commit: string
  committed: string
  subject?: string
  repository: string
  created: string
  by: string
  owner?: string
  /** Default: `<day of the commit>-<first seven digits of it>`. */
  version?: string
  image?: Image
  uri?: string
  parameters?: Record<string, string | number | boolean | null>
  profile?: ReleaseRecord['profile']
  rows?: ReleaseRecord['rows']
  /** Absent: nobody held what is deployed to the scan. */
  scan_covers?: 'packaged'
}

/**
 * The release that a judged model becomes. What the packaging or the CI says is checked as strictly as a record from elsewhere.
 *
 * @throws AssayError `RELEASE_INVALID` with everything that keeps it from being one
 */
export function releaseFrom(result: Result, facts: ReleaseFacts): ReleaseRecord {
  const problems = notReleasable(result, facts)
  if (problems.length > 0) throw invalid(result.model, problems)
  const parsed = ReleaseRecord.safeParse(draft(result, facts))
  if (parsed.success) return parsed.data
  throw invalid(
    result.model,
    parsed.error.issues.map(({ path, message }) => ({ what: `\`${path.join('.')}\`: ${message}` })),
  )
}

// --- internal ---

const MOST_METRICS = 500
const MOST_SLICES = 5

function invalid(model: string, problems: Problem[]): AssayError {
  return new AssayError({ code: 'RELEASE_INVALID', title: `${model} cannot be released`, problems })
}

function notReleasable(result: Result, facts: ReleaseFacts): Problem[] {
  const problems: Problem[] = []
  if (result.state !== 'judged')
    problems.push({
      what: `it was not judged: ${result.state.replace('_', ' ')}`,
      fix: 'train and evaluate it first: `assay run`',
    })
  if (result.candidate.commit !== undefined && !facts.commit.startsWith(result.candidate.commit))
    problems.push({
      what: `the result is of commit ${result.candidate.commit.slice(0, 12)}, the release of ${facts.commit.slice(0, 12)}`,
      fix: 'release the commit that was judged',
    })
  if (!facts.image && !facts.uri)
    problems.push({
      what: 'there is nothing to deploy: neither an image with its digest nor a model URI',
      fix: 'say with `package` in assay.yml how it is packaged or where it is pushed to, or give --image or --uri',
    })
  return problems
}

function draft(result: Result, facts: ReleaseFacts): ReleaseRecord {
  const { candidate } = result
  const { usage } = candidate
  const against = opponentOf(result)
  const slices = worstSlices(result, MOST_SLICES).flatMap(recordSlice)
  return withoutUndefined({
    schema: 1,
    model: result.model,
    version: facts.version ?? `${facts.committed.slice(0, 10)}-${facts.commit.slice(0, 7)}`,
    commit: facts.commit,
    committed: facts.committed,
    subject: facts.subject === undefined ? undefined : line(facts.subject),
    repository: facts.repository,
    created: facts.created,
    by: line(facts.by),
    owner: facts.owner === undefined ? undefined : line(facts.owner),
    verdict: countedVerdict(result),
    image: facts.image,
    uri: facts.uri,
    trained_in: usage?.image,
    run: result.run.url,
    mlflow: result.mlflow?.at,
    data: candidate.data?.slice(0, 100).map(dataLine),
    test_set: candidate.testSet,
    metric_code: candidate.metricCode,
    profile: facts.profile,
    rows: facts.rows,
    seeds: candidate.seeds,
    parameters: facts.parameters ?? result.mlflow?.parameters,
    gpus: usage?.gpus?.length ? usage.gpus.slice(0, 64).map(({ name }) => line(name)) : undefined,
    cost: usage?.cost === undefined ? undefined : costOf(usage.cost, usage.currency, usage.priceSource),
    weighed: against && withoutUndefined({ against, commit: result[against]!.commit }),
    gates: result.gates.map(gate =>
      withoutUndefined({
        name: shortened(clean(gate.name), 2000) || 'a gate',
        verdict: gate.verdict,
        waived: gate.waived && {
          reason: shortened(clean(gate.waived.reason), 2000),
          by: line(gate.waived.author),
          until: gate.waived.until,
        },
      }),
    ),
    scanned: result.files?.kept,
    more_scanned: result.files?.more || undefined,
    scan_covers: result.files?.kept.length ? (facts.scan_covers ?? 'named') : undefined,
    ...metricsOf(result, against),
    worst_slices: slices.length > 0 ? slices : undefined,
    assay: result.assay,
  })
}

function costOf(amount: number, currency = '', source?: string): ReleaseRecord['cost'] {
  return withoutUndefined({ amount, currency, source: source === undefined ? undefined : line(source) })
}

/** Gated ones and those that changed first, where not all have room. */
function metricsOf(
  result: Result,
  against: 'champion' | 'base' | undefined,
): Pick<ReleaseRecord, 'metrics' | 'more_metrics'> {
  const rank = (row: MetricRow) =>
    row.gated ? 0 : row.judgement === 'worse' || row.judgement === 'better' ? 1 : 2
  const rows = result.metrics
    .filter(row => row.candidate !== undefined && row.metric !== '__proto__')
    .sort((a, b) => rank(a) - rank(b))
  const kept = rows.slice(0, MOST_METRICS)
  return {
    metrics: Object.fromEntries(kept.map(row => [row.metric, recordMetric(row, against)])),
    more_metrics: rows.length > kept.length ? rows.length - kept.length : undefined,
  }
}

function recordMetric(row: MetricRow, against: 'champion' | 'base' | undefined): RecordMetric {
  const { value, interval } = row.candidate!
  const difference = against && row.differences[against]
  return withoutUndefined({
    value,
    interval: interval && [interval.low, interval.high],
    level: interval?.level,
    direction: row.direction,
    gated: row.gated ? true : undefined,
    part: row.part === undefined ? undefined : shortened(clean(row.part), 300),
    judgement: row.judgement === 'not_judged' ? undefined : row.judgement,
    baseline: against && row[against]?.value,
    change: difference && changeOf(difference),
  })
}

function recordSlice(row: SliceRow): RecordSlice[] {
  if (row.difference === undefined || row.candidate === undefined || row.baseline === undefined) return []
  const { metric, rows, candidate, baseline, direction, outcome } = row
  const [column, value] = [line(row.column), line(row.value)]
  const change = changeOf(row.difference)
  return [withoutUndefined({ metric, column, value, rows, candidate, baseline, change, direction, outcome })]
}

function changeOf({ value, interval, p, method, paired }: Difference): NonNullable<RecordMetric['change']> {
  const { low, high, level } = interval
  return { value, interval: [low, high], level, p, method: shortened(clean(method), 100), paired }
}

/** Every unit that is half a character would keep other readers from reading the file at all. */
function clean(text: string): string {
  return text.toWellFormed()
}

function line(text: string): string {
  return shortened(maskPersonalData(clean(text)), 300)
}

/** Its hash and its sizes are numbers of ours, which are no telephone's. */
function dataLine(text: string): string {
  return shortened(maskAddresses(clean(text)), 300)
}

/** Absent is absent: the file has no nulls, and a record equals the one that is read back. */
function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T
}
