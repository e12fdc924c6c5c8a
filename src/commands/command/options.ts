import { CONFIG_FILE } from '../../core/config/config.ts'
import {
  branchRule,
  folderRule,
  imageRule,
  repositoryRule,
  revisionRule,
  uriRule,
  versionRule,
} from './text-rules.ts'

/**
 * The options of every command, declared once. All faces are derived from it: CLI flags, action inputs, and by test the
 * parameters of the other faces have the same names, defaults and help.
 */

export const CONFIG = {
  kind: 'text',
  value: 'file',
  default: CONFIG_FILE,
  help: 'Configuration file, relative to the repository.',
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
  help: 'Its branch that is deployed from. Default: as the configuration says, else `main`.',
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

export const RUN_OPTIONS = {
  config: CONFIG,
  model: MODEL,
  baseline: BASELINE,
  base: BASE,
  output: OUTPUT,
  'pull-request': PULL_REQUEST,
  comment: COMMENT,
  'no-release': {
    kind: 'flag',
    help: 'Release nothing by itself on the default branch: for a pipeline whose later step runs `assay release`.',
  },
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
export const RELEASE_OPTIONS = {
  config: CONFIG,
  model: MODEL,
  output: OUTPUT,
  image: {
    kind: 'text',
    value: 'image',
    rule: imageRule,
    help: 'What is deployed: `name@sha256:…`, or `name:tag`, whose digest is looked up in its registry. Default: `package` in the configuration.',
  },
  uri: {
    kind: 'text',
    value: 'uri',
    rule: uriRule,
    help: 'Where a model server loads the model from, such as `s3://models/churn/42`.',
  },
  'release-version': {
    kind: 'text',
    value: 'text',
    rule: versionRule,
    help: 'Version of the release. Default: the day and the first digits of the commit.',
  },
  'deploy-repo': DEPLOY_REPO,
  'deploy-branch': DEPLOY_BRANCH,
  'dry-run': DEPLOY_DRY_RUN,
} as const
export const PROMOTE_OPTIONS = {
  config: CONFIG,
  model: { ...MODEL, help: 'Only this model. Default: every model of the deploy repository.' },
  environment: ENVIRONMENT,
  output: OUTPUT,
  hold: {
    kind: 'flag',
    help: 'Propose to hold a model in an environment: nothing is promoted there while that is open, and once it is merged.',
  },
  reason: { kind: 'text', value: 'text', help: 'Why; shown in the pull request and in the hold.' },
  'release-hold': {
    kind: 'flag',
    help: 'Propose to lift a hold; needs a model and an environment.',
  },
  'deploy-repo': DEPLOY_REPO,
  'deploy-branch': DEPLOY_BRANCH,
  'dry-run': DEPLOY_DRY_RUN,
} as const
export const ROLLBACK_OPTIONS = {
  config: CONFIG,
  model: { ...MODEL, help: 'The model.' },
  environment: { ...ENVIRONMENT, help: 'The environment of the deploy repository.' },
  to: {
    kind: 'text',
    value: 'version',
    rule: versionRule,
    help: 'The version to return to. Default: the last healthy one before what serves now.',
  },
  reason: { kind: 'text', value: 'text', help: 'Why; shown in the pull request and in the hold.' },
  'deploy-repo': DEPLOY_REPO,
  'deploy-branch': DEPLOY_BRANCH,
  'dry-run': DEPLOY_DRY_RUN,
} as const
export const VERIFY_OPTIONS = {
  config: CONFIG,
  model: { ...MODEL, help: 'The model.' },
  environment: {
    ...ENVIRONMENT,
    help: 'Only this environment. Default: every one that the model serves in.',
  },
  timeout: {
    kind: 'duration',
    default: '15m',
    help: 'How long to wait for the release to be live and healthy: `90s`, `15m`, `1h`.',
  },
  'no-wait': { kind: 'flag', help: 'Ask once and say what is known now.' },
  'deploy-repo': DEPLOY_REPO,
  'deploy-branch': DEPLOY_BRANCH,
  'dry-run': { kind: 'flag', help: 'Report nothing: neither statuses nor deployments nor comments.' },
} as const
export const INVENTORY_OPTIONS = {
  config: CONFIG,
  model: { ...MODEL, help: 'Only this model.' },
  environment: ENVIRONMENT,
  format: {
    kind: 'choice',
    choices: ['table', 'json', 'csv'],
    default: 'table',
    help: 'How to print it.',
  },
  'deploy-repo': DEPLOY_REPO,
  'deploy-branch': DEPLOY_BRANCH,
} as const
export const REPRODUCE_OPTIONS = {
  config: CONFIG,
  model: { ...MODEL, help: 'The model.' },
  environment: { ...ENVIRONMENT, help: 'The environment of the deploy repository.' },
  at: {
    kind: 'time',
    help: 'When it served: `2026-05-20` (the end of that day in UTC) or `2026-05-20T14:00:00Z`. Default: now.',
  },
  run: {
    kind: 'flag',
    help: 'Also do it: check out, `dvc pull`, train, evaluate, and compare with the record.',
  },
  output: OUTPUT,
  'deploy-repo': DEPLOY_REPO,
  'deploy-branch': DEPLOY_BRANCH,
} as const
export const INIT_OPTIONS = {
  ci: {
    kind: 'choice',
    choices: ['github', 'gitlab', 'jenkins'],
    help: '`github`, `gitlab` or `jenkins`. Default: the one whose files or remote are found.',
  },
  bot: {
    kind: 'flag',
    help: 'The GitHub workflow for where the bot posts: it may read and no more, and leaves its result.',
  },
  force: { kind: 'flag', help: 'Overwrite files that exist.' },
  'dry-run': { kind: 'flag', help: 'Show the files, write none.' },
} as const
export const CHECK_OPTIONS = { config: CONFIG, base: BASE } as const
export const DEMO_OPTIONS = { output: { ...OUTPUT, default: 'assay-demo' } } as const
