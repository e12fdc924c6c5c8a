import { CONFIG, DEPLOY_BRANCH, DEPLOY_REPO, ENVIRONMENT, MODEL, SOURCES } from '../command/common-options.ts'

/** The options of `assay watch`. */
export const WATCH_OPTIONS = {
  config: CONFIG,
  model: { ...MODEL, help: 'Only this model. Default: every one that serves.' },
  environment: { ...ENVIRONMENT, help: 'Only this environment. Default: all of the deploy repository.' },
  ...SOURCES,
  host: {
    kind: 'text',
    value: 'address',
    default: '127.0.0.1',
    help: 'Address to listen on: `0.0.0.0` in a container.',
  },
  port: {
    kind: 'number',
    default: '8090',
    help: 'Port for the page, `/metrics`, `/v1/drift` and `/v1/canary`.',
  },
  tokens: {
    kind: 'text',
    value: 'file',
    help: 'File with a token on each line, and behind it what it is for, such as `churn/production`; a token alone is for everything. Who looks or scrapes has one of them. Read again every minute.',
  },
  'proxy-header': {
    kind: 'text',
    value: 'name',
    help: 'Header that a proxy in front sets for whoever it lets through, such as `x-forwarded-user`: who sends it needs no token. Nothing else must reach the port.',
  },
  'deploy-repo': DEPLOY_REPO,
  'deploy-branch': DEPLOY_BRANCH,
} as const
