import * as z from 'zod'

/** Metric names: what a file may call a metric, and what a gate may refer to. */
export const METRIC_NAME = /^[A-Za-z0-9_./@-]{1,128}$/
/** Model names: they become folder names, check names and markers. */
export const MODEL_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i
/** Environments: they become branch names and folders. */
export const ENVIRONMENT_NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/

export const MetricName = z
  .string()
  .regex(METRIC_NAME, 'a metric name is 1 to 128 of the characters A-Z a-z 0-9 _ . / @ -')
