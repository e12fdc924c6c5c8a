import { CONFIG_FILE } from '../../core/text/names.ts'
import { branchRule, folderRule, repositoryRule, revisionRule } from './text-rules.ts'

/** Options that several commands have. */

export const CONFIG = {
  kind: 'text',
  value: 'file',
  default: CONFIG_FILE,
  help: 'Configuration file. Its place, its paths and its commands are relative to the folder that Assay runs in.',
} as const
export const MODEL = {
  kind: 'text',
  value: 'name',
  help: 'Only this model. Default: every model whose paths the pull request touches.',
} as const
export const BASELINE = {
  kind: 'text',
  value: 'path or command',
  help: "The champion: a folder with its metric and predictions files, or a command that evaluates the champion's model. Default: `champion` in the configuration.",
} as const
export const BASE = {
  kind: 'text',
  value: 'ref',
  rule: revisionRule,
  help: 'Commit or branch to compare with. Default: what the pull request is merged into.',
} as const
export const OUTPUT = {
  kind: 'text',
  value: 'folder',
  rule: folderRule,
  default: 'assay-result',
  help: 'Folder that results and reports are written to.',
} as const
export const DRY_RUN = {
  kind: 'flag',
  help: 'Write nothing outside the output folder: show what would be posted.',
} as const
export const PULL_REQUEST = {
  kind: 'number',
  help: 'Pull request to post to. Default: the one the CI runs for.',
} as const
export const COMMENT = {
  kind: 'boolean',
  default: 'true',
  help: 'Whether to write the comment in the pull request.',
} as const

export const DEPLOY_REPO = {
  kind: 'text',
  value: 'repository',
  rule: repositoryRule,
  help: 'The deploy repository: `owner/name` or a git address. Default: this one if it has an assay-deploy.yml, else `deploy` in the configuration.',
} as const
export const DEPLOY_BRANCH = {
  kind: 'text',
  value: 'name',
  rule: branchRule,
  help: 'Its branch that is deployed from. Default: of this repository its default branch, where the CI says which that is; of another one as the configuration says, else `main`.',
} as const
export const ENVIRONMENT = {
  kind: 'text',
  value: 'name',
  help: 'Only this environment of the deploy repository.',
} as const
export const DEPLOY_DRY_RUN = {
  kind: 'flag',
  help: 'Write nothing: show what would be written.',
} as const

/** Where live traffic is asked for. */
export const SOURCES = {
  collector: {
    kind: 'text',
    value: 'address',
    help: 'Collector that counts live traffic, such as `http://127.0.0.1:8080`. Its token is in ASSAY_COLLECTOR_TOKEN. Default: ASSAY_COLLECTOR_URL, else as assay-deploy.yml says.',
  },
  prometheus: {
    kind: 'text',
    value: 'address',
    help: 'Prometheus that reads the collector, such as `http://127.0.0.1:9090`. A token, where it needs one, is in ASSAY_PROMETHEUS_TOKEN. Default: ASSAY_PROMETHEUS_URL, else as assay-deploy.yml says.',
  },
} as const
