// Written by `npm run generate` from the options of `assay verify`.
def call(Map given = [:]) {
  assayCommand('verify', given, [
    config: 'assay.yml',
    model: '',
    environment: '',
    timeout: '15m',
    noWait: false,
    release: '',
    deployRepo: '',
    deployBranch: '',
    dryRun: false,
  ], '''$ASSAY_NODE "$ASSAY_CLI" verify ${ASSAY_OPTION_CONFIG:+"--config=$ASSAY_OPTION_CONFIG"} ${ASSAY_OPTION_MODEL:+"--model=$ASSAY_OPTION_MODEL"} \
    ${ASSAY_OPTION_ENVIRONMENT:+"--environment=$ASSAY_OPTION_ENVIRONMENT"} ${ASSAY_OPTION_TIMEOUT:+"--timeout=$ASSAY_OPTION_TIMEOUT"} \
    ${ASSAY_OPTION_NO_WAIT:+"--no-wait=$ASSAY_OPTION_NO_WAIT"} ${ASSAY_OPTION_RELEASE:+"--release=$ASSAY_OPTION_RELEASE"} \
    ${ASSAY_OPTION_DEPLOY_REPO:+"--deploy-repo=$ASSAY_OPTION_DEPLOY_REPO"} \
    ${ASSAY_OPTION_DEPLOY_BRANCH:+"--deploy-branch=$ASSAY_OPTION_DEPLOY_BRANCH"} ${ASSAY_OPTION_DRY_RUN:+"--dry-run=$ASSAY_OPTION_DRY_RUN"}''')
}
