import { CONFIG, MODEL, OUTPUT } from './common-options.ts'

export const PACKAGE_OPTIONS = {
  config: CONFIG,
  model: {
    ...MODEL,
    help: 'Only this model. Default: every model that has a `package` in the configuration.',
  },
  output: OUTPUT,
  'dry-run': {
    kind: 'flag',
    help: 'Push nothing and run no command: say which digest the image would have.',
  },
} as const
