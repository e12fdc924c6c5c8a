// Written by `npm run generate` from the options of `assay drift`.
def call(Map given = [:]) {
  assayCommand('drift', given, [
    config: 'assay.yml',
    rows: '',
    profile: 'assay-result/model-profile.json',
    output: 'assay-result',
  ], '''$ASSAY_NODE "$ASSAY_CLI" drift ${ASSAY_OPTION_CONFIG:+"--config=$ASSAY_OPTION_CONFIG"} ${ASSAY_OPTION_ROWS:+"--rows=$ASSAY_OPTION_ROWS"} \
    ${ASSAY_OPTION_PROFILE:+"--profile=$ASSAY_OPTION_PROFILE"} ${ASSAY_OPTION_OUTPUT:+"--output=$ASSAY_OPTION_OUTPUT"}''')
}
