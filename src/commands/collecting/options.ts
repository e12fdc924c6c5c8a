import { DEPLOY_BRANCH, DEPLOY_REPO } from '../command/common-options.ts'
import { spanRule } from './span.ts'

/** The options of `assay collect`. */
export const COLLECT_OPTIONS = {
  profiles: {
    kind: 'text',
    value: 'folder',
    help: 'Folder with the profiles of the releases that are counted, as a cluster mounts it or a clone of the deploy repository has it. Read again every fifteen seconds.',
  },
  'deploy-repo': {
    ...DEPLOY_REPO,
    help: 'In place of a folder, the deploy repository: `owner/name` or a git address. What serves in `--environment` is counted; read once a minute, with a token that only reads.',
  },
  'deploy-branch': DEPLOY_BRANCH,
  tokens: {
    kind: 'text',
    value: 'file',
    help: 'File with a token on each line, and behind it what it is for, such as `churn/production`; a token alone is for everything. Who sends, scrapes or asks has one of them. Read again every fifteen seconds.',
  },
  host: {
    kind: 'text',
    value: 'address',
    default: '127.0.0.1',
    help: 'Address to listen on: `0.0.0.0` in a container.',
  },
  port: { kind: 'number', default: '8080', help: 'Port for all that has a token.' },
  'network-port': {
    kind: 'number',
    help: "Port for senders that can send no header, such as KServe's logger: events alone, and whoever reaches it is believed. Default: none.",
  },
  environment: {
    kind: 'text',
    value: 'name',
    help: 'The environment that it counts for: a label of every series, and whose releases a deploy repository is asked for.',
  },
  'receipt-keys': {
    kind: 'text',
    value: 'folder',
    help: 'Folder with the keys that receipts are signed with, a file each, named for the key. Read again every fifteen seconds. Default: no receipt is good.',
  },
  'label-delay': {
    kind: 'text',
    value: 'span',
    rule: spanRule,
    help: 'How old a prediction is before its outcome counts, such as `7d`; what comes earlier is kept until then. Default: it counts at once.',
  },
  'label-window': {
    kind: 'text',
    value: 'span',
    rule: spanRule,
    default: '30d',
    help: 'How old a prediction may be when its outcome comes.',
  },
  'canary-settle': {
    kind: 'duration',
    default: '5m',
    help: 'How long a new weight of a canary takes to be that of the traffic: what comes before says nothing of it.',
  },
  'canary-units': {
    kind: 'number',
    default: '2000000',
    help: 'Units of the canary of one model that are known at once, at some 20 bytes each. Of more than that the canary cannot be judged.',
  },
  locks: {
    kind: 'text',
    value: 'folder',
    help: 'Folder in which a second process for the same model is seen. Default: the temporary folder of the machine.',
  },
} as const
