import {
  CONFIG,
  DEPLOY_BRANCH,
  DEPLOY_REPO,
  ENVIRONMENT,
  MODEL,
  OUTPUT,
} from '../../command/common-options.ts'
import { imageRule } from '../../command/text-rules.ts'

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
    help: 'Also do it: check out, install the packages of the lockfile, `dvc pull`, train, evaluate, and compare with the record.',
  },
  'own-packages': {
    kind: 'flag',
    help: 'With --run: train with the packages of this machine, whatever the lockfile of the commit says.',
  },
  'in-image': {
    kind: 'text',
    value: 'image',
    rule: imageRule,
    help: 'With --run: train and evaluate in this image, by docker or podman. Default: the lockfile of the commit, else the image that the record names.',
  },
  output: OUTPUT,
  'deploy-repo': DEPLOY_REPO,
  'deploy-branch': DEPLOY_BRANCH,
} as const
