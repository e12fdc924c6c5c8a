/** Metric names: what a file may call a metric, and what a gate may refer to. */
export const METRIC_NAME = /^[A-Za-z0-9_./@-]{1,128}$/
/** Model names: they become folder names, check names and markers. */
export const MODEL_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i
