// Written by `npm run generate` from the options of `assay inventory`.
def call(Map given = [:]) {
  assayCommand('inventory', given, [
    config: 'assay.yml',
    model: '',
    environment: '',
    format: 'table',
    deployRepo: '',
    deployBranch: '',
  ], '''$ASSAY_NODE "$ASSAY_CLI" inventory ${ASSAY_OPTION_CONFIG:+"--config=$ASSAY_OPTION_CONFIG"} \
    ${ASSAY_OPTION_MODEL:+"--model=$ASSAY_OPTION_MODEL"} ${ASSAY_OPTION_ENVIRONMENT:+"--environment=$ASSAY_OPTION_ENVIRONMENT"} \
    ${ASSAY_OPTION_FORMAT:+"--format=$ASSAY_OPTION_FORMAT"} ${ASSAY_OPTION_DEPLOY_REPO:+"--deploy-repo=$ASSAY_OPTION_DEPLOY_REPO"} \
    ${ASSAY_OPTION_DEPLOY_BRANCH:+"--deploy-branch=$ASSAY_OPTION_DEPLOY_BRANCH"}''')
}
