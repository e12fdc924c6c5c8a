/** The outputs of a step that have a name of their own, with what they hold: action.yml and its page are made from this. */
export const OUTPUTS = {
  verdict: '`pass`, `fail`, `inconclusive`, `not_comparable` or `skipped`; of several models the worst.',
  'report-path': 'Path of the report.md of that model.',
  'json-path': 'Path of its result.json.',
  'html-path': 'Path of its report.html.',
  'release-version': 'Version of the release that was made.',
  'release-path': 'Path of its model-release.yaml in the output folder.',
  image: 'After `package`: the image that was made or found, by its digest; of several models the first.',
  'promotion-action':
    'What became of the first promotion that there was something to say of: `proposed`, `updated`, `unchanged`, `merged`, `closed`, `left_alone`, `rejected` or `waits`; `nothing` where there was none.',
  'promotion-url': 'Address of the first pull request among the promotions; empty where there is none.',
  'retrain-action':
    'After `retrain`: `proposed` or `started` where this call did it, `nothing` where it was done already, else `waits`.',
  'retrain-url': 'Address of the pull request of the retraining, or of its run; empty where there is none.',
  'retrain-claimed':
    'After `retrain` with `claim`: `true` where this run is to train, `false` where another one does.',
  'retrain-branch': 'The branch of the retraining.',
  'drift-state': 'After `drift`: `steady`, `warn`, `critical` or `unknown`.',
  live: 'After `verify`: `true` where every release that was asked about is live and healthy, else `false`.',
} as const

/** What a command sets, checked by the compiler: `{ … } satisfies NamedOutputs`. */
export type NamedOutputs = { [K in keyof typeof OUTPUTS]?: string }
