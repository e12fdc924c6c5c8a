// Written by `npm run generate` from the options of `assay run`.
def call(Map given = [:]) {
  assayCommand('run', given, [
    config: 'assay.yml',
    model: '',
    baseline: '',
    base: '',
    output: 'assay-result',
    pullRequest: '',
    comment: 'true',
    noRelease: false,
    dryRun: false,
  ], '''$ASSAY_NODE "$ASSAY_CLI" run ${ASSAY_OPTION_CONFIG:+"--config=$ASSAY_OPTION_CONFIG"} ${ASSAY_OPTION_MODEL:+"--model=$ASSAY_OPTION_MODEL"} \
    ${ASSAY_OPTION_BASELINE:+"--baseline=$ASSAY_OPTION_BASELINE"} ${ASSAY_OPTION_BASE:+"--base=$ASSAY_OPTION_BASE"} \
    ${ASSAY_OPTION_OUTPUT:+"--output=$ASSAY_OPTION_OUTPUT"} ${ASSAY_OPTION_PULL_REQUEST:+"--pull-request=$ASSAY_OPTION_PULL_REQUEST"} \
    ${ASSAY_OPTION_COMMENT:+"--comment=$ASSAY_OPTION_COMMENT"} ${ASSAY_OPTION_NO_RELEASE:+"--no-release=$ASSAY_OPTION_NO_RELEASE"} \
    ${ASSAY_OPTION_DRY_RUN:+"--dry-run=$ASSAY_OPTION_DRY_RUN"}''')
}
