// Written by `npm run generate` from the options of `assay evaluate`.
def call(Map given = [:]) {
  assayCommand('evaluate', given, [
    config: 'assay.yml',
    model: '',
    baseline: '',
    base: '',
    output: 'assay-result',
    dryRun: false,
  ], '''$ASSAY_NODE "$ASSAY_CLI" evaluate ${ASSAY_OPTION_CONFIG:+"--config=$ASSAY_OPTION_CONFIG"} \
    ${ASSAY_OPTION_MODEL:+"--model=$ASSAY_OPTION_MODEL"} ${ASSAY_OPTION_BASELINE:+"--baseline=$ASSAY_OPTION_BASELINE"} \
    ${ASSAY_OPTION_BASE:+"--base=$ASSAY_OPTION_BASE"} ${ASSAY_OPTION_OUTPUT:+"--output=$ASSAY_OPTION_OUTPUT"} \
    ${ASSAY_OPTION_DRY_RUN:+"--dry-run=$ASSAY_OPTION_DRY_RUN"}''')
}
