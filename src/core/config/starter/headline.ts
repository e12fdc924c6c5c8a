import type { Direction } from '../../inputs/evaluation.ts'
import { computedMetric } from '../../metrics/table/metrics.ts'
import { METRIC_NAME } from '../../text/names.ts'

/** Which number of a metric file a model is judged by, where a team has not said. */

/** The likeliest first; without what measures no model. */
export function headlineMetrics(names: readonly string[]): string[] {
  return names
    .filter(
      name => METRIC_NAME.test(name) && !NO_MEASURE.test(wordsOf(lastOf(name))) && !NO_RESULT.test(name),
    )
    .toSorted((a, b) => rankOf(a) - rankOf(b))
}

/**
 * The metric to judge by. Where several classes, models or tasks have one of that name, it is that of the whole, and where nothing is
 * called so nobody knows: those are the `ties`.
 */
export function headlineOf(names: readonly string[]): { metric?: string; ties?: string[] } {
  const ranked = headlineMetrics(names)
  const [first] = ranked
  if (first === undefined) return {}
  const same = ranked.filter(name => lastOf(name) === lastOf(first) && rankOf(name) === rankOf(first))
  const whole = same.find(name => WHOLE.test(name))
  if (same.length > 1 && whole === undefined) return { ties: same }
  // Where no name says what is better, the first is no better than the others.
  if (directionByName(first) === undefined && ranked.length > 1) return { ties: ranked }
  return { metric: whole ?? first }
}

/** Which way a metric improves by the words that teams use; undefined where none of them is in its name. */
export function directionByName(name: string): Direction | undefined {
  const words = wordsOf(name)
  return (
    computedMetric(name)?.direction ??
    (LOWER.test(words) ? 'lower' : HIGHER.test(words) ? 'higher' : undefined)
  )
}

// --- internal ---

/** A part of a name that says that it is of everything, the usual words for it. */
const WHOLE =
  /(^|\/)(weighted_avg|macro_avg|micro_avg|all|overall|total|mean|average|avg|combined|test|holdout)\//i

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}

const LOWER =
  /\b(loss|logloss|nll|error|err|rmse|mse|mae|mape|smape|rmsle|mase|medae|brier|ece|perplexity|ppl|wer|cer|fid|crps|pinball|latency|duration|time|deviance)\b/
const HIGHER =
  /\b(auc|roc|auroc|auprc|acc|accuracy|f1|f|fbeta|precision|recall|r2|score|ap|m ?ap\d*|ndcg|mrr|bleu|rouge\w*|mcc|kappa|iou|dice|jaccard|specificity|sensitivity|exact match|em|hit rate|correlation|pearson|spearman\w*|explained variance|psnr|ssim|gini|ks|lift|hits|top ?\d+)\b/
const NO_MEASURE =
  /\b(epochs?|steps?|runtime|samples?|per second|support|flos|lr|learning rate|threshold|seed|n|count|rows|size|grad norm|timestamp|wall time|ids?|idx|index|token (acc|p|r|f))\b/
/** What evaluations say of themselves: their settings and counts. */
const NO_RESULT = /^(configs?|n-samples|n-shot|versions)\//

const HEADLINES = [
  /auc|auroc/,
  /\b(acc|accuracy|top ?1)\b/,
  /f1|\bf\b/,
  /\bm ?ap ?50 95\b/,
  /\bm ?ap ?\d*\b/,
  /r2/,
  /rmse/,
  /mae/,
  /loss/,
]

function rankOf(name: string): number {
  const words = wordsOf(name)
  const headline = HEADLINES.findIndex(pattern => pattern.test(words))
  const rank = headline < 0 ? (directionByName(name) ? HEADLINES.length : HEADLINES.length + 1) : headline
  const split = /\btrain(ing)?\b/.test(words)
    ? 2
    : /\b(test|eval|val|valid|validation|holdout)\b/.test(words)
      ? 0
      : 1
  return rank + split / 3 + (split === 2 ? 2 * HEADLINES.length : 0)
}

/** `eval_rocAuc/x` → `eval roc auc x`. */
function wordsOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
}
