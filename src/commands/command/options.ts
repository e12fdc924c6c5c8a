import {
  BASE,
  BASELINE,
  COMMENT,
  CONFIG,
  DEPLOY_BRANCH,
  DEPLOY_DRY_RUN,
  DEPLOY_REPO,
  DRY_RUN,
  ENVIRONMENT,
  MODEL,
  OUTPUT,
  PULL_REQUEST,
  SOURCES,
} from './common-options.ts'
import { branchRule, imageRule, uriRule, versionRule } from './text-rules.ts'

/**
 * The options of the commands, declared once. All faces are derived from it: CLI flags, action inputs, and by test the
 * parameters of the other faces have the same names, defaults and help.
 */

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
export const RETIRE_OPTIONS = {
  config: CONFIG,
  model: { ...MODEL, help: 'The model.' },
  reason: { kind: 'text', value: 'text', help: 'Why; shown in the pull request.' },
  'deploy-repo': DEPLOY_REPO,
  'deploy-branch': DEPLOY_BRANCH,
  'dry-run': DEPLOY_DRY_RUN,
} as const
export const VERIFY_OPTIONS = {
  config: CONFIG,
  model: { ...MODEL, help: 'The model. Default: every one that serves.' },
  environment: {
    ...ENVIRONMENT,
    help: 'Only this environment. Default: every one that the model serves in.',
  },
  timeout: {
    kind: 'duration',
    default: '15m',
    help: 'How long to wait, in all, for what serves to be live and healthy: `90s`, `15m`, `1h`.',
  },
  'no-wait': { kind: 'flag', help: 'Ask once and say what is known now.' },
  release: {
    kind: 'text',
    value: 'version',
    rule: versionRule,
    help: 'Look whether this release is signed as `policy` in assay-deploy.yml asks, and ask Argo CD nothing.',
  },
  'deploy-repo': DEPLOY_REPO,
  'deploy-branch': DEPLOY_BRANCH,
  'dry-run': { kind: 'flag', help: 'Report nothing: neither statuses nor deployments nor comments.' },
} as const
export const DRIFT_OPTIONS = {
  config: CONFIG,
  model: {
    ...MODEL,
    help: 'The model. Default with rows: the only one with a profile in the output folder.',
  },
  environment: {
    ...ENVIRONMENT,
    help: 'The environment that it serves in, or that the rows come from. Default of what serves: the only one.',
  },
  rows: {
    kind: 'text',
    value: 'file',
    help: 'Recent rows as the model was given them: CSV or TSV, also gzipped, Parquet, or JSON a line.',
  },
  ...SOURCES,
  profile: {
    kind: 'text',
    value: 'file',
    help: 'What the model was accepted on. Default: with rows, that of the model in the output folder; else that of the release which serves by the deploy repository.',
  },
  release: {
    kind: 'text',
    value: 'version',
    rule: versionRule,
    help: 'The release whose traffic it is, beside a profile by hand. Default: the only one that is counted.',
  },
  output: OUTPUT,
  'deploy-repo': DEPLOY_REPO,
  'deploy-branch': DEPLOY_BRANCH,
  issue: {
    kind: 'flag',
    help: 'Keep one issue of this repository about the model and the environment: it is open while an alarm goes on. Tells Slack of its begin and end where ASSAY_SLACK_WEBHOOK is set.',
  },
  retrain: {
    kind: 'flag',
    help: 'As --issue, and have the model trained anew, once for the version that serves, where rows or the concept have shifted and nothing is broken.',
  },
  'dry-run': { kind: 'flag', help: 'Write files alone: show what would be told.' },
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
export const RETRAIN_OPTIONS = {
  config: CONFIG,
  model: { ...MODEL, help: 'The model. Default: the only one of the repository.' },
  environment: {
    ...ENVIRONMENT,
    help: 'The environment whose version it is because of. Default: that of `champion`, else the last one that the model serves in.',
  },
  claim: {
    kind: 'text',
    value: 'branch',
    rule: branchRule,
    help: 'In the run that was started for a retraining: its input `claim`. Takes the attempt, and moves the data on by `update` of `retrain`; without that, opens the pull request once the run has pushed.',
  },
  reason: { kind: 'text', value: 'text', help: 'Why; shown in the pull request.' },
  report: {
    kind: 'text',
    value: 'file',
    help: 'What live traffic shows, in Markdown; shown in the pull request. Default: assay-result/drift.md, where `assay drift` has written it about this model.',
  },
  'dry-run': DEPLOY_DRY_RUN,
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
  drift: {
    kind: 'flag',
    help: 'Instead of all that, the schedule that runs `assay drift` once a day and keeps an issue up to date.',
  },
  watch: {
    kind: 'flag',
    help: 'Instead of all that, in a clone of the deploy repository: what `watch` in `assay-deploy.yml` asks for, written for all that serves, or taken away.',
  },
  deploy: {
    kind: 'flag',
    help: 'Instead of all that, in a deploy repository: `assay-deploy.yml` from the layout of its manifests, and the CI file that checks and promotes.',
  },
  force: { kind: 'flag', help: 'Overwrite files that exist.' },
  'dry-run': { kind: 'flag', help: 'Show the files, write none.' },
} as const
export const CHECK_OPTIONS = { config: CONFIG, base: BASE } as const
export const DEMO_OPTIONS = { output: { ...OUTPUT, default: 'assay-demo' } } as const
