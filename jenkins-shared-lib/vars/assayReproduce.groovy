// Written by `npm run generate` from the options of `assay reproduce`.
def call(Map given = [:]) {
  assayCommand('reproduce', given, [
    config: 'assay.yml',
    model: '',
    environment: '',
    at: '',
    run: false,
    ownPackages: false,
    inImage: '',
    output: 'assay-result',
    deployRepo: '',
    deployBranch: '',
  ], '''$ASSAY_NODE "$ASSAY_CLI" reproduce ${ASSAY_OPTION_CONFIG:+"--config=$ASSAY_OPTION_CONFIG"} \
    ${ASSAY_OPTION_MODEL:+"--model=$ASSAY_OPTION_MODEL"} ${ASSAY_OPTION_ENVIRONMENT:+"--environment=$ASSAY_OPTION_ENVIRONMENT"} \
    ${ASSAY_OPTION_AT:+"--at=$ASSAY_OPTION_AT"} ${ASSAY_OPTION_RUN:+"--run=$ASSAY_OPTION_RUN"} \
    ${ASSAY_OPTION_OWN_PACKAGES:+"--own-packages=$ASSAY_OPTION_OWN_PACKAGES"} ${ASSAY_OPTION_IN_IMAGE:+"--in-image=$ASSAY_OPTION_IN_IMAGE"} \
    ${ASSAY_OPTION_OUTPUT:+"--output=$ASSAY_OPTION_OUTPUT"} ${ASSAY_OPTION_DEPLOY_REPO:+"--deploy-repo=$ASSAY_OPTION_DEPLOY_REPO"} \
    ${ASSAY_OPTION_DEPLOY_BRANCH:+"--deploy-branch=$ASSAY_OPTION_DEPLOY_BRANCH"}''')
}
