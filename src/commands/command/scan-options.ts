import { CONFIG } from './common-options.ts'

export const SCAN_OPTIONS = {
  config: CONFIG,
  file: {
    kind: 'text',
    value: 'file or folder',
    help: 'The file of a model, or a folder of them. Default: what `scan` of the configuration names.',
  },
} as const
