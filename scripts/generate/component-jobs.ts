import type { OptionSpecs } from '../../src/commands/command/command.ts'
import { COMMANDS } from '../../src/commands/index.ts'
import type { ComponentJob } from './component-template.ts'

/** The templates of the component project, by the command that each runs. */
export const COMPONENT_JOBS: Record<string, ComponentJob> = {
  run: {
    summary: 'Trains, evaluates, weighs and reports, in merge requests and on the default branch.',
    name: 'assay',
    stage: 'test',
    timeout: '6h',
    interruptible: true,
    mergeRequests: true,
    reports: true,
  },
  evaluate: {
    summary: 'Evaluates and weighs what an earlier job has trained. Posts nothing.',
    name: 'assay-evaluate',
    stage: 'test',
    timeout: '2h',
    interruptible: true,
    mergeRequests: true,
    reports: true,
  },
  promote: {
    summary: 'Brings the promotions of the deploy repository up to date, on the default branch.',
    name: 'assay-promote',
    stage: 'deploy',
    timeout: '15m',
    interruptible: false,
    mergeRequests: false,
    reports: false,
  },
}

/** The options of a template's command. A command that is not built yet has none. */
export function optionsOf(command: string): OptionSpecs {
  return COMMANDS[command]?.options ?? {}
}
