/** What `assay drift` is given where nothing else is said. */
export const DRIFT_DEFAULTS = {
  config: 'assay.yml',
  profile: 'model-profile.json',
  output: 'assay-result',
  model: undefined,
  environment: undefined,
  release: undefined,
  rows: undefined,
  collector: undefined,
  prometheus: undefined,
  issue: false,
  retrain: false,
  'dry-run': false,
  'deploy-repo': undefined,
  'deploy-branch': undefined,
}
