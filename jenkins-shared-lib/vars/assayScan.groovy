// Written by `npm run generate` from the options of `assay scan`.
def call(Map given = [:]) {
  assayCommand('scan', given, [
    config: 'assay.yml',
    file: '',
  ], '''$ASSAY_NODE "$ASSAY_CLI" scan ${ASSAY_OPTION_CONFIG:+"--config=$ASSAY_OPTION_CONFIG"} ${ASSAY_OPTION_FILE:+"--file=$ASSAY_OPTION_FILE"}''')
}
