import type { ModelConfig } from '../../config/config.ts'
import { directionsIn } from '../../config/gate-metrics.ts'
import type { Evaluation } from '../../inputs/evaluation.ts'
import type { JudgedFile } from '../../scan/judged.ts'
import { keptOf } from '../../scan/scanned-file.ts'
import { BROKEN_ITEMS } from '../changed-items.ts'
import { compareMetric, directionOf, type Matchup, matchUp, metricNames } from '../comparison/comparison.ts'
import { estimate, type MetricFacts } from '../comparison/own-value.ts'
import { filesGate, verdictOf } from '../gates/files.ts'
import { judgeGate } from '../gates/gate.ts'
import type { Absence, GateInputs } from '../gates/inputs.ts'
import { judgementOf } from '../gates/judge.ts'
import { relativeRule } from '../gates/rule.ts'
import { exploreSlices, sortSlices } from '../gates/slices.ts'
import type { Against, Confusion, MetricRow, Result, Version } from '../result.ts'
import { brokenRow, changedItems } from './changed-items.ts'
import { confusionOf } from './confusion.ts'
import { withMacroNames } from './macro-names.ts'
import { notCompared } from './not-compared.ts'
import { noteOf } from './note-of.ts'
import { withOnePassed } from './one-passed.ts'
import { withRenamedMetrics } from './renamed-metrics.ts'
import { withSameArms } from './same-arms.ts'
import { weighWarnings } from './warnings.ts'

export interface WeighInputs {
  assay: string
  model: string
  config: ModelConfig
  candidate: Evaluation
  champion?: Evaluation
  base?: Evaluation
  /** Why a baseline is absent; used where it is. */
  absent: Record<Against, Absence>
  /** The commits that the resampling seeds are derived from. */
  seedParts: string[]
  /** ISO date of today, for waivers. */
  today: string
  warnings: string[]
  /** The files of the model, where the configuration names them. */
  files?: readonly JudgedFile[]
  configuration: Result['configuration']
  notes?: string
  reproduce?: string
  run: Result['run']
}

/** Random draws for a metric that no gate asks about: enough for the bootstrap of small tests, the quicker jackknife on large. */
const DRAWS_UNASKED = 2e7

/** Weighs a candidate against its champion and base: from evaluations to the result that everything is rendered from. */
export function weigh(given: WeighInputs): Result {
  const renamed = withRenamedMetrics(given.config, given)
  const named = withMacroNames(renamed.config, renamed.evaluations)
  const arms = withSameArms(named.evaluations)
  const inputs: WeighInputs = { ...withOnePassed(arms.evaluations), config: named.config }
  const facts: MetricFacts = {
    directions: { ...directionsOfColumns(inputs), ...directionsIn(inputs.config) },
    rows: inputs.config.rows,
    proportions: inputs.config.proportions,
    seedParts: inputs.seedParts,
    level: 0.95,
  }
  const matchups: Partial<Record<Against, Matchup>> = {}
  if (inputs.champion) matchups.champion = matchUp(inputs.candidate, inputs.champion)
  if (inputs.base) matchups.base = matchUp(inputs.candidate, inputs.base)
  const gated = inputs.config.gates.map(gate => gate.metric)
  const evaluations = [inputs.candidate, inputs.champion, inputs.base].filter(side => side !== undefined)
  const names = metricNames(gated, evaluations)
  const compare = rememberComparisons(matchups, facts, inputs.config)
  const items = changedItems(matchups)
  const own = remember((metric: string) =>
    metric === BROKEN_ITEMS
      ? items && { value: items.broken.count }
      : estimate(metric, inputs.candidate, facts, drawsFor(metric, inputs.config)),
  )
  const gateInputs: GateInputs = {
    own,
    predictions: inputs.candidate.predictions,
    noValue: inputs.candidate.noValue,
    unwritten: inputs.candidate.unwritten,
    untold: inputs.candidate.untold,
    matchups,
    facts,
    absent: inputs.absent,
    compare,
    waivers: inputs.config.waivers,
    today: inputs.today,
    metricNames: names,
  }
  const judged = inputs.config.gates.map(gate => judgeGate(gate, gateInputs))
  const rules = judged.map(one => one.result)
  const files = inputs.files && filesGate(inputs.files)
  const gates = files ? [...rules, files] : rules
  const metrics = names.map(name =>
    name === BROKEN_ITEMS ? brokenRow(items) : metricRow(name, inputs, gateInputs),
  )
  return {
    schema: 1,
    assay: inputs.assay,
    model: inputs.model,
    state: 'judged',
    verdict: verdictOf(rules, files),
    blocks: gates.some(gate => gate.blocks),
    candidate: versionOf(inputs.candidate),
    champion: inputs.champion && versionOf(inputs.champion, inputs.candidate),
    base: inputs.base && versionOf(inputs.base, inputs.candidate),
    unavailable: unavailable(inputs),
    notCompared: notCompared(metrics, matchups, compare),
    unmeasured: inputs.candidate.unwritten,
    untold: inputs.candidate.untold,
    metrics,
    gates,
    slices: sortSlices([...judged.flatMap(one => one.slices), ...exploreSlices(inputs.config, gateInputs)]),
    items,
    confusion: confusion(matchups, inputs.candidate),
    seeds: seedTable(gated.length > 0 ? gated : names, inputs),
    warnings: [
      ...inputs.warnings,
      ...renamed.warnings,
      ...named.warnings,
      ...arms.warnings,
      ...weighWarnings(inputs.config, evaluations, gateInputs),
    ],
    configuration: inputs.configuration,
    renamed: renamed.applied,
    files: inputs.files && keptOf(inputs.files),
    notes: inputs.notes,
    reproduce: inputs.reproduce,
    run: inputs.run,
  }
}

// --- internal ---

/**
 * Of what a tool scores, which the configuration need not name. None of a score that passes downwards in the file of another version,
 * where nobody has said so: that of the candidate may have no row that shows it.
 */
function directionsOfColumns({ config, candidate, champion, base }: WeighInputs): MetricFacts['directions'] {
  const downwards = [champion, base].flatMap(side => side?.predictions?.lower ?? [])
  const isKnown = (name: string) =>
    !downwards.includes(name) || Object.hasOwn(config.predictions?.values ?? {}, name)
  const columns = candidate.predictions?.values ?? []
  return Object.fromEntries(
    columns.filter(({ name }) => isKnown(name)).map(({ name, direction }) => [name, direction]),
  )
}

/** A baseline that broke is not one that does not exist yet: the reader must not take one for the other. */
function unavailable({ absent, ...inputs }: WeighInputs): Result['unavailable'] {
  const reason = (against: Against) =>
    absent[against].broken && !inputs[against] ? absent[against].reason : undefined
  const [champion, base] = [reason('champion'), reason('base')]
  return champion || base ? { champion, base } : undefined
}

function drawsFor(metric: string, config: ModelConfig): number | undefined {
  return config.gates.some(gate => gate.metric === metric) ? undefined : DRAWS_UNASKED
}

function remember<T>(compute: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>()
  return key => {
    if (!known.has(key)) known.set(key, compute(key))
    return known.get(key) as T
  }
}

/** One weighing per metric and baseline, with the margin of the gate that asks about it, so that `needed` can be given. */
function rememberComparisons(
  matchups: Partial<Record<Against, Matchup>>,
  facts: MetricFacts,
  config: ModelConfig,
): GateInputs['compare'] {
  const byKey = remember((key: string) => {
    const [against, metric] = key.split(' ') as [Against, string]
    const rules = config.gates.filter(gate => gate.metric === metric && !gate.slices).map(relativeRule)
    const margin = rules.find(rule => rule?.against === against && rule.by > 0)?.by
    return compareMetric(metric, matchups[against]!, facts, { margin, draws: drawsFor(metric, config) })
  })
  return (metric, against) => byKey(`${against} ${metric}`)
}

function metricRow(metric: string, inputs: WeighInputs, gates: GateInputs): MetricRow {
  const gated = inputs.config.gates.some(gate => gate.metric === metric)
  const direction = directionOf(metric, gates.facts)
  const compared = (against: Against) =>
    gates.matchups[against] ? gates.compare(metric, against) : undefined
  const champion = compared('champion')
  const base = compared('base')
  const judging = champion?.difference ?? (gates.matchups.champion ? undefined : base?.difference)
  return {
    metric,
    direction,
    candidate: (champion ?? base)?.candidate ?? gates.own(metric),
    champion: champion?.baseline,
    base: base?.baseline,
    differences: { champion: champion?.difference, base: base?.difference },
    judgement: judgementOf(judging, direction),
    gated,
    part: inputs.candidate.aggregates?.get(metric)?.part,
    note: noteOf(metric, inputs.candidate, champion ?? base),
  }
}

function versionOf(evaluation: Evaluation, candidate?: Evaluation): Version {
  const made = evaluation.madeAt === undefined ? Number.NaN : Date.parse(evaluation.madeAt)
  const now = candidate?.madeAt === undefined ? Number.NaN : Date.parse(candidate.madeAt)
  const age = (now - made) / 86_400_000
  const usage = evaluation.usage
  return {
    source: evaluation.source,
    commit: evaluation.commit,
    data: evaluation.data,
    testSet: evaluation.testSet,
    metricCode: evaluation.metricCode,
    ageDays: Number.isFinite(age) && age >= 0 ? Math.round(age * 10) / 10 : undefined,
    seeds: evaluation.seeds?.map(entry => entry.seed),
    usage: usage && { ...usage, gpus: usage.gpus?.map(({ trace: _, ...gpu }) => gpu) },
  }
}

function confusion(
  matchups: Partial<Record<Against, Matchup>>,
  candidate: Evaluation,
): Confusion | undefined {
  if (!candidate.predictions) return undefined
  const champion = matchups.champion?.pair ? matchups.champion.baseline.predictions : undefined
  return confusionOf(candidate.predictions, champion)
}

function seedTable(metrics: string[], inputs: WeighInputs): Result['seeds'] {
  const ours = inputs.candidate.seeds
  if (!ours || ours.length < 2) return undefined
  const theirs = new Map(inputs.champion?.seeds?.map(entry => [entry.seed, entry.metrics]))
  const shown = [...new Set(metrics)]
    .filter(metric => ours.some(entry => entry.metrics.has(metric)))
    .slice(0, 10)
  return shown.map(metric => ({
    metric,
    scores: ours.map(entry => ({
      seed: entry.seed,
      candidate: entry.metrics.get(metric),
      champion: theirs.get(entry.seed)?.get(metric),
    })),
  }))
}
