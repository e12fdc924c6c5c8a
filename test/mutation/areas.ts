/** What decides, and the tests that should notice when it decides otherwise; the quick ones first. */
export interface Area {
  name: string
  files: string[]
  tests: string[]
  /** Where one behaviour is tested on every forge: the tests of the quick ones, by name. */
  only?: RegExp
}

export const AREAS: Area[] = [
  {
    name: 'gates',
    files: ['askable', 'gate', 'judge', 'rule', 'settle', 'slice-outcomes', 'slices', 'whole'].map(
      name => `src/core/gates/${name}.ts`,
    ),
    tests: [
      'test/core/gates/judge.test.ts',
      'test/core/gates/settle.test.ts',
      'test/core/gates/slices.test.ts',
      'test/core/weigh.test.ts',
    ],
  },
  {
    name: 'plan',
    files: ['conditions', 'freeze', 'known', 'plan', 'reasons', 'weighed'].map(
      name => `src/core/promotion/${name}.ts`,
    ),
    tests: ['plan', 'freeze', 'text', 'plan-laws'].map(name => `test/core/promotion/${name}.test.ts`),
  },
  {
    name: 'commits',
    files: ['src/core/checked-out.ts'],
    tests: ['test/core/checked-out.test.ts'],
  },
  {
    name: 'tokens',
    files: ['src/core/token-use.ts', 'src/core/web-address.ts', 'cli/connect.ts', 'cli/connect-deploy.ts'],
    tests: ['test/core/token-use.test.ts', 'test/cli/connect.test.ts', 'test/commands/token-use.test.ts'],
  },
  {
    name: 'secrets',
    files: ['src/core/secrets.ts', 'src/core/masked-value.ts'],
    tests: ['test/core/secrets.test.ts', 'test/core/masked-value.test.ts'],
  },
  {
    name: 'branches, pull requests and comments',
    files: ['ensure-branch', 'ensure-comment', 'ensure-pull-request'].map(name => `src/forges/${name}.ts`),
    tests: ['ensure-comment', 'ensure-pull-request', 'plain-git-promotion', 'ensure-comment-faults'].map(
      name => `test/forges/${name}.test.ts`,
    ),
    only: /GitHub|plain git/i,
  },
]
