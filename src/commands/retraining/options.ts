import { CONFIG, DEPLOY_DRY_RUN, ENVIRONMENT, MODEL } from '../command/options.ts'
import { branchRule } from '../command/text-rules.ts'

/** The options of `assay retrain`. */
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
    help: 'In the run that was started for a retraining: its input `claim`. Takes the attempt; once the run has pushed, opens the pull request.',
  },
  reason: { kind: 'text', value: 'text', help: 'Why; shown in the pull request.' },
  'dry-run': DEPLOY_DRY_RUN,
} as const
