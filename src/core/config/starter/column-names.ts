/** What teams call the columns of predictions; names in lower case, words joined by `_`. */

export const LABELS =
  /^(label|labels|y_true|ytrue|true_label|target|targets|truth|ground_truth|actual|actuals|y|y_test|gold|gold_label|true|true_class|class|expected|observed|outcome|reference)$/
export const LABEL_LIKE = /^(true|actual|gold|target)_|_(true|actual|label|target|truth)$/

export const PREDICTIONS =
  /^(prediction|predictions|pred|preds|y_pred|ypred|yhat|y_hat|predicted|predicted_label|pred_label|predicted_class|pred_class|predicted_value|forecast|estimate)$/
export const PREDICTION_LIKE =
  /^(pred|predicted|prediction|forecast)_|_(pred|predicted|prediction|hat|forecast)$/

const SCORE =
  '(?:y_|pred_|predicted_)?(?:score|scores|proba|probas|prob|probs|probability|probabilities|logit|logits)'
export const SCORES = new RegExp(
  `^(?:${SCORE}|p|p_1|p1|p_pos|phat|p_hat|risk|pd|likelihood|propensity|decision_function)$`,
)
export const SCORE_LIKE = new RegExp(
  `^${SCORE}_(?:1|true|yes|pos|positive)$|_(?:score|proba|prob|probability|risk|likelihood|propensity)$`,
)
/** One of several: `proba_0`, `p_setosa`. */
export const CLASS_SCORE = new RegExp(`^((?:${SCORE}|p)(?:_class)?)(?:_(.+)|(\\d+))$`)
/** Shares that are no score of a class. */
export const NO_SCORE =
  /(^|_)(confidence|certainty|uncertainty|threshold|weight|weights|cost|time|latency|loss|error|lower|upper|low|high|split|fold)(_|$)/

/** What a score is of, by its name: `p_malignant`, `churn_score`. */
export function subjectOf(name: string): string | undefined {
  const [, before] =
    new RegExp(`^(.+?)_(?:pred_|predicted_)?(?:${SCORE}|p|risk|likelihood|propensity)$`).exec(name) ?? []
  const [, after] = new RegExp(`^(?:${SCORE}|p|risk)_(?:of_|class_)?(.+)$`).exec(name) ?? []
  return after ?? before
}

/** Whether a column is called by a word, in one of the forms that it takes there: `is_fraud`, `churned`, `default_flag`. */
export function isCalled(name: string, word: string): boolean {
  const stem = name
    .replace(/^(?:is|has|was|will|did)_/, '')
    .replace(/_(?:flag|ind|indicator|status|event|class|yn)$/, '')
  const [short, long] = stem.length < word.length ? [stem, word] : [word, stem]
  return stem === word || (short.length >= 4 && long.startsWith(short) && long.length - short.length <= 3)
}
