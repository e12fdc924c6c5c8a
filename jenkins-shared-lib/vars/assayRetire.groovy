// Written by `npm run generate` from the options of `assay retire`.
def call(Map given = [:]) {
  assayCommand('retire', given, [
    config: 'assay.yml',
    model: '',
    reason: '',
    deployRepo: '',
    deployBranch: '',
    dryRun: false,
  ], '''$ASSAY_NODE "$ASSAY_CLI" retire ${ASSAY_OPTION_CONFIG:+"--config=$ASSAY_OPTION_CONFIG"} ${ASSAY_OPTION_MODEL:+"--model=$ASSAY_OPTION_MODEL"} \
    ${ASSAY_OPTION_REASON:+"--reason=$ASSAY_OPTION_REASON"} ${ASSAY_OPTION_DEPLOY_REPO:+"--deploy-repo=$ASSAY_OPTION_DEPLOY_REPO"} \
    ${ASSAY_OPTION_DEPLOY_BRANCH:+"--deploy-branch=$ASSAY_OPTION_DEPLOY_BRANCH"} ${ASSAY_OPTION_DRY_RUN:+"--dry-run=$ASSAY_OPTION_DRY_RUN"}''')
}
