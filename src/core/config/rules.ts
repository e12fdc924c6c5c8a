import type { Problem } from '../errors/errors.ts'
import { macroNameOf } from '../metrics/table/macro-names.ts'
import { looksPersonal } from '../secrets/personal-column.ts'
import { didYouMean } from '../text/nearest.ts'
import type { WhereOf } from '../yaml/config.ts'
import type { Broken } from '../yaml/readable-part.ts'
import type { Config, ModelConfig } from './config.ts'
import { reproIsTheTraining } from './dvc.ts'
import { directionsAreKnown, gatesHaveMetrics, limitsAreInRange, renamesAreClear } from './gate-metrics.ts'
import { ruleInWords } from './gates.ts'
import { metricsAreOfOneRun } from './mlflow.ts'
import { packageIsOneWay } from './package.ts'
import { whyNoShare } from './share-names.ts'
import { taskFitsColumns } from './task-columns.ts'

/**
 * What a schema cannot say: rules between keys. Each rule is one small function over one model, and is asked where what it
 * looks at as a whole could be read. `whereOf` gives file and line of a path in the configuration.
 */
export function configRules(
  config: Config,
  whereOf: WhereOf,
  broken: Broken,
): { problems: Problem[]; warnings: Problem[] } {
  const problems: Problem[] = []
  const warnings: Problem[] = []
  for (const [name, modelConfig] of Object.entries(config.models)) {
    const at: WhereOf = path => whereOf(['models', name, ...path])
    const isBroken = (key: keyof ModelConfig) => broken.at(['models', name, key])
    for (const { needs, rule } of RULES)
      if (!needs.some(isBroken)) problems.push(...rule(modelConfig, at, isBroken))
    warnings.push(
      ...waiversCoverAGate(modelConfig, at),
      ...gatesExist(modelConfig, at),
      ...macroIsCalledMacro(modelConfig, at),
      ...slicesNameNobody(modelConfig, at),
    )
  }
  return { problems, warnings }
}

// --- internal ---

interface Rule {
  /** Keys of the model that it cannot do without; of lists it takes what is there, entry by entry. */
  needs: (keyof ModelConfig)[]
  rule: (config: ModelConfig, at: WhereOf, isBroken: (key: keyof ModelConfig) => boolean) => Problem[]
}

const RULES: Rule[] = [
  { needs: ['metrics', 'predictions', 'folds', 'mlflow'], rule: hasSomethingToRead },
  { needs: ['predictions'], rule: slicesAreColumns },
  { needs: ['directions', 'renamed'], rule: directionsAreKnown },
  { needs: ['metrics', 'predictions', 'folds', 'mlflow'], rule: gatesHaveMetrics },
  { needs: ['predictions', 'proportions', 'renamed'], rule: limitsAreInRange },
  { needs: [], rule: renamesAreClear },
  { needs: [], rule: gateNamesAreUnique },
  { needs: ['rows'], rule: proportionsHaveRows },
  { needs: [], rule: proportionsAreShares },
  { needs: [], rule: seedsDiffer },
  { needs: ['predictions'], rule: taskFitsColumns },
  { needs: ['predictions', 'profile'], rule: profileHasData },
  { needs: ['package'], rule: packageIsOneWay },
  { needs: ['train', 'dvc'], rule: reproIsTheTraining },
  { needs: ['mlflow'], rule: metricsAreOfOneRun },
]

function hasSomethingToRead(config: ModelConfig, at: WhereOf): Problem[] {
  const files = config.metrics.length > 0 || config.predictions || config.folds
  // DVC's stages name their metrics in dvc.yaml, and a run of MLflow has its own.
  if (files || config.dvc?.repro || config.mlflow?.metrics) return []
  return [
    {
      what: 'there is nothing to read: no `metrics`, `predictions` or `folds`',
      where: at([]),
      fix: 'name the file that `evaluate` writes',
    },
  ]
}

function profileHasData({ profile, predictions }: ModelConfig, at: WhereOf): Problem[] {
  if (!profile || profile.data !== undefined || predictions) return []
  return [
    {
      what: '`profile` names no `data`, and there are no `predictions` whose columns could be counted',
      where: at(['profile']),
      fix: 'name a table with a row for each example: `profile: { data: train.parquet }`',
    },
  ]
}

function slicesAreColumns(config: ModelConfig, at: WhereOf): Problem[] {
  const columns = config.predictions?.slices ?? []
  return config.gates.flatMap((gate, index) => {
    if (gate.slices === undefined) return []
    const where = at(['gates', index, 'slices'])
    if (!config.predictions)
      return [
        {
          what: `gate on ${gate.metric}: slices need \`predictions\``,
          where,
          fix: 'name the file with a row for each example: `predictions: { file: …, slices: […] }`',
        },
      ]
    if (gate.slices === 'all')
      return columns.length > 0
        ? []
        : [
            {
              what: `gate on ${gate.metric}: \`slices: all\`, but \`predictions.slices\` names no column`,
              where,
              fix: 'name the columns there, such as `slices: [region]`',
            },
          ]
    return gate.slices
      .filter(column => !columns.includes(column))
      .map(column => {
        const add = `add it there${columns.length > 0 ? ` (now: ${columns.join(', ')})` : ''}`
        return {
          what: `gate on ${gate.metric}: \`${column}\` is not in \`predictions.slices\``,
          where,
          fix: didYouMean(column, columns) ?? add,
        }
      })
  })
}

function gateNamesAreUnique(config: ModelConfig, at: WhereOf): Problem[] {
  const names = config.gates.map(gate => gate.name ?? ruleInWords(gate))
  // Names of metrics are compared as results have them.
  const fixOf = (metric: string) =>
    metric.includes('_')
      ? 'remove one (in the name of a metric a space and other signs are `_`)'
      : 'remove one'
  return names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? [
          {
            what: `two gates are the same: ${name}`,
            where: at(['gates', index]),
            fix: fixOf(config.gates[index]!.metric),
          },
        ]
      : [],
  )
}

function proportionsHaveRows(config: ModelConfig, at: WhereOf): Problem[] {
  const areKnown = config.rows !== undefined || config.metrics.some(file => file.rows !== undefined)
  if (config.proportions.length === 0 || areKnown) return []
  return [
    {
      what: '`proportions` needs `rows`: the number of test rows they are shares of',
      where: at(['proportions']),
      fix: 'add `rows`, such as `rows: 1000`',
    },
  ]
}

/** A number that is no share would get an interval that is none. A name that nothing is known of is the team's own word. */
function proportionsAreShares(config: ModelConfig, at: WhereOf): Problem[] {
  return config.proportions.flatMap((name, index) => {
    const why = whyNoShare(name)
    if (why === undefined) return []
    return [
      {
        what: `\`${name}\` is in \`proportions\`, but ${why}`,
        where: at(['proportions', index]),
        fix: 'take it out: an interval of it needs the rows, by `predictions`, or seeds or folds',
      },
    ]
  })
}

/** The same training twice is no second training: counted as one, it would pass for evidence. */
function seedsDiffer({ seeds = [] }: ModelConfig, at: WhereOf): Problem[] {
  return seeds.flatMap((seed, index) =>
    seeds.indexOf(seed) < index
      ? [{ what: `the seed ${seed} stands here twice`, where: at(['seeds', index]), fix: 'remove one' }]
      : [],
  )
}

function waiversCoverAGate(config: ModelConfig, at: WhereOf): Problem[] {
  return config.waivers.flatMap((waiver, index) => {
    const covered = config.gates.some(
      gate =>
        gate.metric === waiver.metric &&
        (waiver.gate === undefined || waiver.gate === (gate.name ?? ruleInWords(gate))),
    )
    return covered
      ? []
      : [
          {
            what: `the waiver for ${waiver.metric} covers no gate`,
            where: at(['waivers', index]),
            fix:
              didYouMean(
                waiver.metric,
                config.gates.map(({ metric }) => metric),
              ) ?? 'remove it, or name a metric that a gate asks about',
          },
        ]
  })
}

function macroIsCalledMacro({ predictions, gates }: ModelConfig, at: WhereOf): Problem[] {
  if (predictions?.task !== 'multiclass') return []
  return gates.flatMap(({ metric }, index) => {
    const macro = macroNameOf(metric)
    if (macro === undefined) return []
    return [
      {
        what: `gate on ${metric}: of several classes it is the mean over the classes, and read as \`${macro}\``,
        where: at(['gates', index, 'metric']),
        fix: `write \`${macro}\``,
      },
    ]
  })
}

function slicesNameNobody({ predictions }: ModelConfig, at: WhereOf): Problem[] {
  return (predictions?.slices ?? []).flatMap((column, index) => {
    if (!predictions || predictions.allow_personal.includes(column) || !looksPersonal(column)) return []
    return [
      {
        what: `\`${column}\` looks personal by its name: its values stand masked in slices`,
        where: at(['predictions', 'slices', index]),
        fix: `slice by what people share, or have the values shown: \`allow_personal: [${column}]\``,
      },
    ]
  })
}

function gatesExist(config: ModelConfig, at: WhereOf): Problem[] {
  return config.gates.length > 0
    ? []
    : [{ what: 'there are no gates: every report will be inconclusive', where: at([]), fix: 'add `gates`' }]
}
