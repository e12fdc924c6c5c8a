// Written by `npm run generate` from the options of `assay report`.
def call(Map given = [:]) {
  assayCommand('report', given, [
    model: '',
    output: 'assay-result',
    pullRequest: '',
    comment: 'true',
    dryRun: false,
  ], '''$ASSAY_NODE "$ASSAY_CLI" report ${ASSAY_OPTION_MODEL:+"--model=$ASSAY_OPTION_MODEL"} ${ASSAY_OPTION_OUTPUT:+"--output=$ASSAY_OPTION_OUTPUT"} \
    ${ASSAY_OPTION_PULL_REQUEST:+"--pull-request=$ASSAY_OPTION_PULL_REQUEST"} ${ASSAY_OPTION_COMMENT:+"--comment=$ASSAY_OPTION_COMMENT"} \
    ${ASSAY_OPTION_DRY_RUN:+"--dry-run=$ASSAY_OPTION_DRY_RUN"}''')
}
