import type { OptionSpecs } from '../../src/commands/command/command.ts'
import { COMMANDS } from '../../src/commands/table/index.ts'
import type { ComponentJob } from './component-template.ts'

/** The templates of the component project, by the command that each runs. */
export const COMPONENT_JOBS: Record<string, ComponentJob> = {
  run: {
    summary: 'Trains, evaluates, weighs and reports, in merge requests and on the default branch.',
    name: 'assay',
    stage: 'test',
    timeout: '6h',
    interruptible: true,
    runs: 'merge_requests',
    artifacts: 'reports',
  },
  evaluate: {
    summary: 'Evaluates and weighs what an earlier job has trained. Posts nothing.',
    name: 'assay-evaluate',
    stage: 'test',
    timeout: '2h',
    interruptible: true,
    runs: 'merge_requests',
    artifacts: 'reports',
  },
  check: {
    summary:
      'Validates the configuration, also that of a deploy repository, in merge requests. Trains nothing and needs no token.',
    name: 'assay-check',
    stage: 'test',
    timeout: '15m',
    interruptible: true,
    runs: 'proposals',
    artifacts: 'none',
  },
  promote: {
    summary:
      'Brings the promotions of the deploy repository up to date, on the default branch: after merges, and by a schedule.',
    name: 'assay-promote',
    stage: 'deploy',
    timeout: '15m',
    interruptible: false,
    runs: 'default_branch',
    artifacts: 'none',
  },
  verify: {
    summary:
      'Asks Argo CD whether what serves by the deploy repository is live, on the default branch: after merges, and by a schedule.',
    name: 'assay-verify',
    stage: '.post',
    timeout: '30m',
    interruptible: false,
    runs: 'always',
    artifacts: 'none',
  },
  drift: {
    summary:
      'Holds live traffic against what the model was accepted on, in pipelines of a schedule with the variable ASSAY_DRIFT.',
    name: 'assay-drift',
    stage: 'test',
    timeout: '30m',
    interruptible: false,
    runs: 'schedule',
    artifacts: 'drift',
  },
  retrain: {
    summary:
      'Takes a retraining on in the pipeline that was started for it: moves the data on by `update`, and opens the merge request.',
    name: 'assay-retrain',
    stage: 'build',
    timeout: '6h',
    interruptible: false,
    runs: 'claim',
    artifacts: 'none',
  },
}

/** The options of a template's command. A command that is not built yet has none. */
export function optionsOf(command: string): OptionSpecs {
  return COMMANDS[command]?.options ?? {}
}
