// Written by `npm run generate` from the options of `assay drift`.
def call(Map given = [:]) {
  assayCommand('drift', given, [
    config: 'assay.yml',
    model: '',
    environment: '',
    rows: '',
    collector: '',
    prometheus: '',
    profile: '',
    release: '',
    output: 'assay-result',
    deployRepo: '',
    deployBranch: '',
    issue: false,
    retrain: false,
    dryRun: false,
  ], '''$ASSAY_NODE "$ASSAY_CLI" drift ${ASSAY_OPTION_CONFIG:+"--config=$ASSAY_OPTION_CONFIG"} ${ASSAY_OPTION_MODEL:+"--model=$ASSAY_OPTION_MODEL"} \
    ${ASSAY_OPTION_ENVIRONMENT:+"--environment=$ASSAY_OPTION_ENVIRONMENT"} ${ASSAY_OPTION_ROWS:+"--rows=$ASSAY_OPTION_ROWS"} \
    ${ASSAY_OPTION_COLLECTOR:+"--collector=$ASSAY_OPTION_COLLECTOR"} ${ASSAY_OPTION_PROMETHEUS:+"--prometheus=$ASSAY_OPTION_PROMETHEUS"} \
    ${ASSAY_OPTION_PROFILE:+"--profile=$ASSAY_OPTION_PROFILE"} ${ASSAY_OPTION_RELEASE:+"--release=$ASSAY_OPTION_RELEASE"} \
    ${ASSAY_OPTION_OUTPUT:+"--output=$ASSAY_OPTION_OUTPUT"} ${ASSAY_OPTION_DEPLOY_REPO:+"--deploy-repo=$ASSAY_OPTION_DEPLOY_REPO"} \
    ${ASSAY_OPTION_DEPLOY_BRANCH:+"--deploy-branch=$ASSAY_OPTION_DEPLOY_BRANCH"} ${ASSAY_OPTION_ISSUE:+"--issue=$ASSAY_OPTION_ISSUE"} \
    ${ASSAY_OPTION_RETRAIN:+"--retrain=$ASSAY_OPTION_RETRAIN"} ${ASSAY_OPTION_DRY_RUN:+"--dry-run=$ASSAY_OPTION_DRY_RUN"}''')
}
