// Written by `npm run generate` from the options of `assay init`.
def call(Map given = [:]) {
  assayCommand('init', given, [
    ci: '',
    bot: false,
    drift: false,
    watch: false,
    deploy: false,
    force: false,
    dryRun: false,
  ], '''$ASSAY_NODE "$ASSAY_CLI" init ${ASSAY_OPTION_CI:+"--ci=$ASSAY_OPTION_CI"} ${ASSAY_OPTION_BOT:+"--bot=$ASSAY_OPTION_BOT"} \
    ${ASSAY_OPTION_DRIFT:+"--drift=$ASSAY_OPTION_DRIFT"} ${ASSAY_OPTION_WATCH:+"--watch=$ASSAY_OPTION_WATCH"} \
    ${ASSAY_OPTION_DEPLOY:+"--deploy=$ASSAY_OPTION_DEPLOY"} ${ASSAY_OPTION_FORCE:+"--force=$ASSAY_OPTION_FORCE"} \
    ${ASSAY_OPTION_DRY_RUN:+"--dry-run=$ASSAY_OPTION_DRY_RUN"}''')
}
