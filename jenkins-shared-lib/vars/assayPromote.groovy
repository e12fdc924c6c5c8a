// Written by `npm run generate` from the options of `assay promote`.
def call(Map given = [:]) {
  assayCommand('promote', given, [
    config: 'assay.yml',
    model: '',
    environment: '',
    output: 'assay-result',
    hold: false,
    reason: '',
    releaseHold: false,
    deployRepo: '',
    deployBranch: '',
    dryRun: false,
  ], '''$ASSAY_NODE "$ASSAY_CLI" promote ${ASSAY_OPTION_CONFIG:+"--config=$ASSAY_OPTION_CONFIG"} \
    ${ASSAY_OPTION_MODEL:+"--model=$ASSAY_OPTION_MODEL"} ${ASSAY_OPTION_ENVIRONMENT:+"--environment=$ASSAY_OPTION_ENVIRONMENT"} \
    ${ASSAY_OPTION_OUTPUT:+"--output=$ASSAY_OPTION_OUTPUT"} ${ASSAY_OPTION_HOLD:+"--hold=$ASSAY_OPTION_HOLD"} \
    ${ASSAY_OPTION_REASON:+"--reason=$ASSAY_OPTION_REASON"} ${ASSAY_OPTION_RELEASE_HOLD:+"--release-hold=$ASSAY_OPTION_RELEASE_HOLD"} \
    ${ASSAY_OPTION_DEPLOY_REPO:+"--deploy-repo=$ASSAY_OPTION_DEPLOY_REPO"} \
    ${ASSAY_OPTION_DEPLOY_BRANCH:+"--deploy-branch=$ASSAY_OPTION_DEPLOY_BRANCH"} ${ASSAY_OPTION_DRY_RUN:+"--dry-run=$ASSAY_OPTION_DRY_RUN"}''')
}
