/**
 * The options of every command, declared once. All faces are derived from it: CLI flags, action inputs, and by test the
 * parameters of the other faces have the same names, defaults and help.
 */
export interface OptionSpec {
  type: 'string' | 'boolean'
  help: string
  default?: string
  /** Shown in help as the kind of value: `--config <file>`. */
  value?: string
}

export const CONFIG = {
  type: 'string',
  value: 'file',
  default: 'assay.yml',
  help: 'Configuration file, relative to the repository.',
} as const
export const MODEL = {
  type: 'string',
  value: 'name',
  help: 'Only this model. Default: every model whose paths the pull request touches.',
} as const
export const BASELINE = {
  type: 'string',
  value: 'path or command',
  help: "The champion: a folder with its metric and predictions files, or a command that evaluates the champion's model. Default: `champion` in the configuration.",
} as const
export const BASE = {
  type: 'string',
  value: 'ref',
  help: 'Commit or branch to compare with. Default: what the pull request is merged into.',
} as const
export const OUTPUT = {
  type: 'string',
  value: 'folder',
  default: 'assay-result',
  help: 'Folder that results and reports are written to.',
} as const
export const DRY_RUN = {
  type: 'boolean',
  help: 'Write nothing outside the output folder: show what would be posted.',
} as const
export const PULL_REQUEST = {
  type: 'string',
  value: 'number',
  help: 'Pull request to post to. Default: the one the CI runs for.',
} as const
export const COMMENT = {
  type: 'string',
  value: 'true|false',
  default: 'true',
  help: 'Whether to write the comment in the pull request.',
} as const

type Values<S extends Record<string, OptionSpec>> = {
  [K in keyof S]: S[K]['type'] extends 'boolean'
    ? boolean
    : S[K] extends { default: string }
      ? string
      : string | undefined
}

/** The values a command's `run` receives for its option table. */
export type OptionValues<S extends Record<string, OptionSpec>> = Values<S>

export const RUN_OPTIONS = {
  config: CONFIG,
  model: MODEL,
  baseline: BASELINE,
  base: BASE,
  output: OUTPUT,
  'pull-request': PULL_REQUEST,
  comment: COMMENT,
  'dry-run': DRY_RUN,
} as const
export const TRAIN_OPTIONS = {
  config: CONFIG,
  model: MODEL,
  base: BASE,
  output: OUTPUT,
  'dry-run': DRY_RUN,
} as const
export const EVALUATE_OPTIONS = {
  config: CONFIG,
  model: MODEL,
  baseline: BASELINE,
  base: BASE,
  output: OUTPUT,
  'dry-run': DRY_RUN,
} as const
export const REPORT_OPTIONS = {
  model: MODEL,
  output: OUTPUT,
  'pull-request': PULL_REQUEST,
  comment: COMMENT,
  'dry-run': DRY_RUN,
} as const
export const INIT_OPTIONS = {
  ci: {
    type: 'string',
    value: 'name',
    help: '`github`, `gitlab` or `jenkins`. Default: the one whose files or remote are found.',
  },
  force: { type: 'boolean', help: 'Overwrite files that exist.' },
  'dry-run': { type: 'boolean', help: 'Show the files, write none.' },
} as const
export const CHECK_OPTIONS = { config: CONFIG, base: BASE } as const
export const DEMO_OPTIONS = { output: { ...OUTPUT, default: 'assay-demo' } } as const
