// Written by `npm run generate` from the options of `assay package`.
def call(Map given = [:]) {
  assayCommand('package', given, [
    config: 'assay.yml',
    model: '',
    output: 'assay-result',
    dryRun: false,
  ], '''$ASSAY_NODE "$ASSAY_CLI" package ${ASSAY_OPTION_CONFIG:+"--config=$ASSAY_OPTION_CONFIG"} \
    ${ASSAY_OPTION_MODEL:+"--model=$ASSAY_OPTION_MODEL"} ${ASSAY_OPTION_OUTPUT:+"--output=$ASSAY_OPTION_OUTPUT"} \
    ${ASSAY_OPTION_DRY_RUN:+"--dry-run=$ASSAY_OPTION_DRY_RUN"}''')
}
