import { markOf } from '../../inputs/predictions/cells/marks.ts'
import { METRIC_NAME, metricNameOf } from '../../text/names.ts'
import { directionByName } from './headline.ts'
import type { Columns } from './repository.ts'
import type { Seen } from './seen-columns.ts'

/** Tables with a score a row and no truth, as evaluations of search and of texts write them: `query, ndcg@10, mrr`. */

/**
 * What its columns are, where one names what is judged one by one and others are scores that everybody knows by their names. None
 * otherwise: a row of a class, a model or an epoch is a metric of its own, and any other number may be data, as `f1` and `p_1` are
 * where no other score and no question stands beside them.
 */
export function scoredRows(seen: readonly Seen[]): Columns[] {
  const isLong = (seen[0]?.cells.length ?? 0) >= FEWEST_ROWS
  if (!isLong || seen.some(({ name }) => OTHER_ROW.test(name))) return []
  const isJudged = seen.some(one => QUESTION.test(one.name))
  const isSure = seen.some(one => SCORE.test(one.name) && !DOUBTFUL.test(one.name))
  const values = seen.flatMap(one => {
    if (DOUBTFUL.test(one.name) && !isSure && !isJudged) return []
    if (one.name === 'f1' && seen.some(other => other.name === 'f2')) return []
    const name = metricNameOf(one.column)
    const isScored =
      one.isNumeric || (one.values.length > 0 && one.values.every(value => markOf(value) !== undefined))
    const isKnown = isScored && SCORE.test(one.name) && METRIC_NAME.test(name)
    return isKnown ? [[name, directionByName(name) ?? 'higher'] as const] : []
  })
  if (values.length === 0) return []
  return seen
    .filter(one => ROW.test(one.name) && one.isDistinct && !one.isDecimal)
    .map(({ column }) => ({ id: column, values: Object.fromEntries(values) }))
}

// --- internal ---

/** Fewer may be models or classes with a number. */
const FEWEST_ROWS = 5

const ROW =
  /^(?:(?:query|q|question|topic|prompt|item|doc|document|passage|sample|example|case|test_case|image|img|file|filename|utterance|utt|sentence|segment|user|session|row|series)(?:_?(?:id|no|num|number|name|idx|index))?|qid|id)$/
const OTHER_ROW = /^(?:epoch|step|global_step|iteration|iter|fold|seed|model|class|label|split)$/

/** What answers are judged for: nothing that is measured of it has features. */
const QUESTION = /^(?:(?:query|question|topic)(?:_?(?:id|no|num|number|text))?|qid)$/

/** Names that columns of features and probabilities have as well: `f1, f2`, `p_1, p_2`, a respiratory rate. */
const DOUBTFUL = /^(?:[pr]_(?:at_)?\d+|f1|acc|ap|hits?|rr)$/

/** Scores of one row by the names that their formulas have, at a rank or not. */
const SCORE =
  /^(?:(?:n_?dcg|dcg|m_?rr|m_?ap|ap|recall|precision|hits?|f1|acc|accuracy)(?:_(?:at_|cut_)?\d+)?|[pr]_(?:at_)?\d+|rr|recip_rank|reciprocal_rank|average_precision|bpref|rprec|hit_rate|f1_score|em|exact_match|(?:sacre)?bleu|rouge_?(?:1|2|l|lsum)|meteor|chrf|bert_?score|wer|cer|i_?o_?u|dice|mae|mse|s?_?mape|rmse|mase|msis|crps|pinball|psnr|ssim|(?:is_)?correct)$/
