// Written by `npm run generate` from the options of `assay release`.
def call(Map given = [:]) {
  assayCommand('release', given, [
    config: 'assay.yml',
    model: '',
    output: 'assay-result',
    image: '',
    uri: '',
    releaseVersion: '',
    deployRepo: '',
    deployBranch: '',
    dryRun: false,
  ], '''$ASSAY_NODE "$ASSAY_CLI" release ${ASSAY_OPTION_CONFIG:+"--config=$ASSAY_OPTION_CONFIG"} \
    ${ASSAY_OPTION_MODEL:+"--model=$ASSAY_OPTION_MODEL"} ${ASSAY_OPTION_OUTPUT:+"--output=$ASSAY_OPTION_OUTPUT"} \
    ${ASSAY_OPTION_IMAGE:+"--image=$ASSAY_OPTION_IMAGE"} ${ASSAY_OPTION_URI:+"--uri=$ASSAY_OPTION_URI"} \
    ${ASSAY_OPTION_RELEASE_VERSION:+"--release-version=$ASSAY_OPTION_RELEASE_VERSION"} \
    ${ASSAY_OPTION_DEPLOY_REPO:+"--deploy-repo=$ASSAY_OPTION_DEPLOY_REPO"} \
    ${ASSAY_OPTION_DEPLOY_BRANCH:+"--deploy-branch=$ASSAY_OPTION_DEPLOY_BRANCH"} ${ASSAY_OPTION_DRY_RUN:+"--dry-run=$ASSAY_OPTION_DRY_RUN"}''')
}
