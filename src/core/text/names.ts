import { createHash } from 'node:crypto'
import * as z from 'zod'
import { maskAddresses } from './addresses.ts'

/** Metric names as they stand in results, records and comments. Files and configurations may write any text: `metricNameOf`. */
export const METRIC_NAME = /^[A-Za-z0-9_./@-]{1,128}$/
/** Model names: they become folder names, check names and markers. */
export const MODEL_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i
/** Versions of models: they stand in names of branches and in commit messages. */
export const VERSION_NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,79}$/
/** Environments: they become branch names and folders. */
export const ENVIRONMENT_NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/

/** Where a model repository says what its models are, unless it is told otherwise. */
export const CONFIG_FILE = 'assay.yml'

/** The name of a metric in a configuration, written as in its file; read as the name that it has in results. */
export const MetricName = z
  .string()
  .min(1)
  .max(1000)
  .overwrite(metricNameOf)
  .refine(name => !isInherited(name), 'a name that every object of a program has is no name of a metric')

/** Metrics that are called something else now, the old name first. */
export const Renamed = z.record(MetricName, MetricName)

/**
 * What a file or a configuration calls a metric → its name: signs of ASCII that a name cannot have become `_`, all other
 * characters `_u` with their code, an empty part `_`; what is longer than a name may be ends in a hash. A name stays as it
 * is, but for an e-mail address or an IBAN in it: names go into results, records and series, where they stay.
 */
export function metricNameOf(written: string): string {
  const name = spelled(maskAddresses(written))
  const masked = maskAddresses(name)
  return masked === name ? name : spelled(masked)
}

/** Whether what a file calls a metric holds an e-mail address or an IBAN. */
export function namesSomebody(written: string): boolean {
  return metricNameOf(written) !== spelled(written)
}

/** Names that mean something else as keys of an object. */
export function isInherited(name: string): boolean {
  return ['__proto__', 'constructor', 'prototype'].includes(name)
}

// --- internal ---

function spelled(text: string): string {
  if (text.length <= LONGEST_METRIC_NAME && IS_NAME.test(text)) return text
  const name = text
    .replace(/[^A-Za-z0-9_./@-]/gu, sign =>
      /[ -~]/.test(sign) ? '_' : `_u${sign.codePointAt(0)!.toString(16).padStart(4, '0')}`,
    )
    .replace(/(?<=^|\/)(?=\/|$)/g, '_')
  if (name.length <= LONGEST_METRIC_NAME) return name
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8)
  return `${name.slice(0, LONGEST_METRIC_NAME - 9)}_${hash}`
}

const LONGEST_METRIC_NAME = 128
/** No part of it empty. */
const IS_NAME = /^[A-Za-z0-9_.@-]+(?:\/[A-Za-z0-9_.@-]+)*$/
