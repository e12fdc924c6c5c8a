// Written by `npm run generate` from the options of `assay check`.
def call(Map given = [:]) {
  assayCommand('check', given, [
    config: 'assay.yml',
    base: '',
  ], '''$ASSAY_NODE "$ASSAY_CLI" check ${ASSAY_OPTION_CONFIG:+"--config=$ASSAY_OPTION_CONFIG"} ${ASSAY_OPTION_BASE:+"--base=$ASSAY_OPTION_BASE"}''')
}
