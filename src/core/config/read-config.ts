import type { Problem } from '../errors/errors.ts'
import { parseYaml, type WhereOf, type YamlFormat } from '../yaml/config.ts'
import { WHOLE } from '../yaml/readable-part.ts'
import { Config, ModelSchema } from './config.ts'
import { configRules } from './rules.ts'

export interface ReadConfig {
  config: Config
  /** Nothing wrong, but probably not meant: waivers without a gate and the like. */
  warnings: Problem[]
  /** File and line of a path in it, as `['models', 'churn', 'scan']`. */
  whereOf: WhereOf
}

/**
 * Text of `assay.yml` → configuration.
 *
 * @throws AssayError `CONFIG_INVALID` with every problem at once: file, line, column and the nearest known key.
 */
export function parseConfig(text: string, file: string): ReadConfig {
  const { value, whereOf } = parseYaml(FORMAT, text, file)
  return { config: value, warnings: configRules(value, whereOf, WHOLE).warnings, whereOf }
}

// --- internal ---

/** A file that begins with one of these means one model, also where its name was forgotten. */
const OF_A_MODEL = ['train', 'evaluate', 'predictions', 'metrics', 'gates']

/** The short form has `model: name` at the top; `models:` wins where a file has both, and `model` is then an unknown key. */
const FORMAT: YamlFormat<Config> = {
  schema: Config,
  whenEmpty: 'run `assay init` for a working one',
  short: {
    is: has => !has('models') && (has('model') || OF_A_MODEL.some(has)),
    unfold: ({ model, ...rest }) => ({
      models: { [typeof model === 'string' ? model : `${model ?? ''}`]: rest },
    }),
    depth: 2,
    schema: ModelSchema,
  },
  rules: (config, whereOf, _, broken) => configRules(config, whereOf, broken).problems,
}
