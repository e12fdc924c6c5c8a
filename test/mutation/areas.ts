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
      name => `src/core/verdict/gates/${name}.ts`,
    ),
    tests: [
      'test/core/verdict/gates/judge.test.ts',
      'test/core/verdict/gates/gate.test.ts',
      'test/core/verdict/gates/askable.test.ts',
      'test/core/verdict/gates/whole.test.ts',
      'test/core/verdict/gates/settle.test.ts',
      'test/core/verdict/gates/slices.test.ts',
      'test/core/verdict/weigh/weigh.test.ts',
    ],
  },
  {
    name: 'plan',
    files: [
      'src/core/deploy-config/freeze.ts',
      ...['choice', 'conditions', 'known', 'landing', 'plan', 'reasons', 'weighed'].map(
        name => `src/core/promotion/plan/${name}.ts`,
      ),
    ],
    tests: [
      'test/core/promotion/plan/plan.test.ts',
      'test/core/promotion/plan/landing.test.ts',
      'test/core/promotion/plan/origin.test.ts',
      'test/core/deploy-config/freeze.test.ts',
      'test/core/promotion/text/text.test.ts',
      'test/core/promotion/plan/plan-laws.test.ts',
    ],
  },
  {
    name: 'commits',
    files: ['src/core/git/checked-out.ts'],
    tests: ['test/core/git/checked-out.test.ts'],
  },
  {
    name: 'tokens',
    files: [
      'src/core/secrets/token-use.ts',
      'src/core/secrets/web-address.ts',
      'cli/connect.ts',
      'cli/connect-deploy.ts',
      'src/forges/index.ts',
      ...['github', 'gitlab', 'git'].map(name => `src/forges/${name}/connect.ts`),
    ],
    tests: [
      'test/core/secrets/token-use.test.ts',
      'test/core/secrets/web-address.test.ts',
      'test/forges/index.test.ts',
      'test/cli/connect-deploy.test.ts',
      'test/forges/github/app.test.ts',
      'test/cli/connect.test.ts',
      'test/commands/token-use.test.ts',
    ],
  },
  {
    name: 'secrets',
    files: ['src/core/secrets/secrets.ts', 'src/core/secrets/masked-value.ts'],
    tests: ['test/core/secrets/secrets.test.ts', 'test/core/secrets/masked-value.test.ts'],
  },
  {
    name: 'branches, pull requests and comments',
    files: ['branch', 'comment', 'pull-request'].map(name => `src/forges/ensure/${name}.ts`),
    tests: [
      'ensure/comment',
      'ensure/pull-request',
      'ensure/pull-request-faults',
      'git/promotion.long',
      'ensure/comment-faults',
    ].map(name => `test/forges/${name}.test.ts`),
    only: /GitHub|plain git/i,
  },
]
