import type { Problem } from '../errors/errors.ts'
import type { PredictionsConfig } from '../inputs/file-options.ts'
import type { WhereOf } from '../yaml/config.ts'
import type { ModelConfig } from './config.ts'

/** Which columns of the predictions the task takes. The result file of a tool has none to name. */
export function taskFitsColumns(config: ModelConfig, at: WhereOf): Problem[] {
  const { predictions } = config
  if (!predictions) return []
  if (predictions.from !== undefined) return ofTool(predictions, at)
  const unscored = Object.keys(predictions.passed ?? {}).filter(
    name => !Object.hasOwn(predictions.values ?? {}, name),
  )
  if (unscored.length > 0)
    return [
      {
        what: `\`passed\` names ${unscored.join(', ')}, which is not in \`predictions.values\``,
        where: at(['predictions', 'passed']),
        fix: `name the column there: \`values: { ${unscored[0]}: higher }\``,
      },
    ]
  const where = at(['predictions'])
  const { probabilities, score, task, prediction } = predictions
  if (probabilities && (score !== undefined || task === 'regression')) {
    const beside = score === undefined ? 'the task regression' : 'a `score` column'
    return [
      { what: `\`probabilities\` of classes stand beside ${beside}`, where, fix: 'take one of them out' },
    ]
  }
  if (probabilities) return []
  if (task === 'binary' && !score && !prediction)
    return [{ what: 'a binary model needs a `score` or a `prediction` column', where, fix: SCORE }]
  if (task !== 'binary' && task !== undefined && !prediction)
    return [{ what: `a ${task} model needs a \`prediction\` column`, where, fix: PREDICTION }]
  if (!task && !score && !prediction && !predictions.values)
    return [
      {
        what: '`predictions` needs a `score` column (binary), a `prediction` column, the `probabilities` of each class or `values`',
        where,
        fix: `${SCORE}; ${PREDICTION}; \`probabilities: proba_*\`; ${VALUES}`,
      },
    ]
  return []
}

// --- internal ---

const OF_TABLES = [
  'score',
  'probabilities',
  'prediction',
  'threshold',
  'positive',
  'task',
  'group',
  'weight',
] as const

function ofTool(predictions: PredictionsConfig, at: WhereOf): Problem[] {
  const named = OF_TABLES.filter(key => predictions[key] !== undefined)
  const sliced = predictions.slices.length > 0 ? ['slices'] : []
  return [...named, ...sliced].map(key => ({
    what: `\`predictions.${key}\` names columns of a table, and the result file of ${predictions.from} is none`,
    where: at(['predictions', key]),
    fix: `take it out; or write a table, without \`from: ${predictions.from}\``,
  }))
}

const SCORE = 'say which column holds the score of the positive class: `score: <column>`'
const PREDICTION = 'say which column holds what was predicted: `prediction: <column>`'

const VALUES = 'or name columns that hold one score a row: `values: { <column>: higher }`'
