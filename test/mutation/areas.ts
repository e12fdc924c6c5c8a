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
    files: [
      'src/core/gates/gate.ts',
      'src/core/gates/judge.ts',
      'src/core/gates/rule.ts',
      'src/core/gates/slices.ts',
      'src/core/gates/whole.ts',
    ],
    tests: ['test/core/gates/judge.test.ts', 'test/core/gates/slices.test.ts', 'test/core/weigh.test.ts'],
  },
  {
    name: 'plan',
    files: [
      'src/core/promotion/plan.ts',
      'src/core/promotion/conditions.ts',
      'src/core/promotion/known.ts',
      'src/core/promotion/weighed.ts',
      'src/core/promotion/freeze.ts',
      'src/core/promotion/reasons.ts',
    ],
    tests: [
      'test/core/promotion/plan.test.ts',
      'test/core/promotion/plan-laws.test.ts',
      'test/core/promotion/freeze.test.ts',
      'test/core/promotion/text.test.ts',
    ],
  },
  {
    name: 'branches, pull requests and comments',
    files: [
      'src/forges/ensure-branch.ts',
      'src/forges/ensure-pull-request.ts',
      'src/forges/ensure-comment.ts',
    ],
    tests: [
      'test/forges/ensure-comment.test.ts',
      'test/forges/ensure-pull-request.test.ts',
      'test/forges/deploy-repository.test.ts',
      'test/forges/ensure-comment-faults.test.ts',
    ],
    only: /GitHub|plain git/i,
  },
  {
    name: 'secrets',
    files: ['src/core/secrets.ts'],
    tests: ['test/core/secrets.test.ts'],
  },
  {
    name: 'tokens',
    files: ['cli/connect-deploy.ts', 'cli/connect.ts'],
    tests: ['test/cli/connect.test.ts'],
  },
]
