/** What `assay init` is given where nothing else is said. */
export const INIT_DEFAULTS = {
  ci: undefined,
  bot: false,
  drift: false,
  watch: false,
  deploy: false,
  force: false,
  'dry-run': false,
}
