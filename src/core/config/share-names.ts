import { computedMetric } from '../metrics/table/metrics.ts'

/**
 * Which numbers of a metrics file may be called shares of the test rows. A binomial interval is that of right and wrong rows
 * counted over all of them; of anything else it is none, however much the number looks like a share.
 */

/** Why a metric of this name is no share of all test rows, in a clause; undefined where nothing speaks against it. */
export function whyNoShare(name: string): string | undefined {
  const words = wordsOf(name)
  const text = ` ${words.join(' ')} `
  if (SHARE.test(text)) return undefined
  const why = REASONS.find(({ named }) => named.test(text))?.why
  if (why !== undefined) return why
  const metric = computedMetric(name)
  return metric && !metric.isShareOfRows
    ? 'it does not count right and wrong rows over all of them'
    : undefined
}

/** Whether the name is one of those that a share of all rows goes by. */
export function isShareByName(name: string): boolean {
  return whyNoShare(name) === undefined && USUAL.test(` ${wordsOf(name).join(' ')} `)
}

/**
 * Whether a number of rows out of `rows` can come to this value, as far as its digits tell: 0.9134 is no share of 500 rows.
 * Numbers of 32 bits count as what they were rounded from.
 */
export function canBeShareOf(value: number, rows: number): boolean {
  const decimals = /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0
  const rounding = Math.max(0.5 * 10 ** -decimals, 1e-7)
  return Math.abs(Math.round(value * rows) / rows - value) <= rounding * (1 + 1e-9)
}

// --- internal ---

/** `val_rocAuc@10` → val, roc, auc, 10: underscores and the like, changes of case, and a number behind a word part words. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll('²', '2')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .flatMap(word => (/^(f|r)\d/.test(word) ? word : (word.match(/[a-z]+|\d+/g) ?? [])))
    .filter(word => word !== '')
}

const of = (words: string) => new RegExp(` (${words}) `)

/** Called a loss, and the share of wrong rows. */
const SHARE = of('(zero|0) (one|1) loss')
const USUAL = of('acc|accuracy|(error|success|misclassification) rate|exact match|(zero|0) (one|1) loss')

const REASONS = [
  {
    named: of('auc|auroc|roc|rocauc|aucroc|auprc|aupr|prauc|aucpr|gini|ks|concordance|cindex|c index|lrap'),
    why: 'it ranks pairs of rows, and is no share of rows',
  },
  {
    named: of('ap|map|m ap|average precision|avg precision|ndcg|dcg|mrr|reciprocal rank|lift'),
    why: 'it is made of ranks, and is no share of rows',
  },
  {
    named: of(
      'f[0-9]\\w*|f ?beta|fbeta|f ?score|fscore|f ?measure|dice|i ?o ?u|m ?io ?u|jaccard|mcc|matthews|kappa|qwk|g ?mean|youden|informedness|markedness',
    ),
    why: 'it is made of several counts, and is no share of rows',
  },
  {
    named: of('macro|weighted|bal|balanced|averaged?|avg|mean|median'),
    why: 'it is a mean over classes or runs, and is no share of rows',
  },
  {
    named: of(
      'precision|ppv|npv|recall|sensitivity|specificity|[tf][pn]r|fdr|fo[rn]r?|(true|false) (positive|negative) rate|selectivity|eer|equal error rate|frr|false (accept|reject)(ance|ion)? rate',
    ),
    why: 'it is a share of the rows of one class or of one answer, not of all `rows`, so its interval would be too narrow',
  },
  {
    named: of(
      'loss|logloss|nll|neg log likelihood|log likelihood|likelihood|elbo|entropy|crossentropy|xent|b?ce|kl|crps|(bits|nats) per \\w+|perplexity|ppl|bpb|brier|ece|mce|calibration|coverage error|regret|hinge|focal|huber|pinball',
    ),
    why: 'it is a mean of numbers a row, not of right and wrong',
  },
  {
    named: of(
      'r2\\w*|r squared|rsquared|r 2|rmse|rmsle|mse|msle|mae|mape|smape|wape|mase|medae|mad|absolute error|squared error|explained variance|correlation|corr|pearsonr?|spearmanr?|kendall(tau)?|cosine|distance|divergence|jsd|wasserstein|hausdorff|chamfer|tweedie|rae|rse|rrse|nse|kge|std|stddev|stdev|var|similarity|psnr|ssim|fid|deviance|aic|bic|silhouette|variance',
    ),
    why: 'it measures how far off numbers are, and is no share of rows',
  },
  {
    named: of('bleu|sacrebleu|rouge\\w*|meteor|chrf|bertscore|spice|cider|wer|cer|ter'),
    why: 'it compares texts, and is no share of rows',
  },
  {
    named: of(
      'cost|price|duration|latency|seconds|throughput|memory|epochs?|support|(num|n) params|params|reward|[tf][pn]',
    ),
    why: 'it is no measure of right and wrong rows',
  },
]
