// Written by `npm run generate` from the options of `assay retrain`.
def call(Map given = [:]) {
  assayCommand('retrain', given, [
    config: 'assay.yml',
    model: '',
    environment: '',
    claim: '',
    reason: '',
    report: '',
    dryRun: false,
  ], '''$ASSAY_NODE "$ASSAY_CLI" retrain ${ASSAY_OPTION_CONFIG:+"--config=$ASSAY_OPTION_CONFIG"} \
    ${ASSAY_OPTION_MODEL:+"--model=$ASSAY_OPTION_MODEL"} ${ASSAY_OPTION_ENVIRONMENT:+"--environment=$ASSAY_OPTION_ENVIRONMENT"} \
    ${ASSAY_OPTION_CLAIM:+"--claim=$ASSAY_OPTION_CLAIM"} ${ASSAY_OPTION_REASON:+"--reason=$ASSAY_OPTION_REASON"} \
    ${ASSAY_OPTION_REPORT:+"--report=$ASSAY_OPTION_REPORT"} ${ASSAY_OPTION_DRY_RUN:+"--dry-run=$ASSAY_OPTION_DRY_RUN"}''')
}
