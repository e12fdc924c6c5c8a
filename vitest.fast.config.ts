import usual from './vitest.config.ts'

/** `npm run test:fast`, the loop while one works: no promotion, and git only where its own trees are the reference. */
export default {
  ...usual,
  test: {
    ...usual.test,
    include: ['core', 'targets', 'ci', 'forges'].map(folder => `test/${folder}/**/*.test.ts`),
    exclude: [
      'test/**/*.long.test.ts',
      'test/forges/{ensure,git,gitlab}/**',
      'test/forges/{deploy-repository,deployments,forge,promotion-*}.test.ts',
    ],
    // Nothing waits here: a worker a core.
    maxWorkers: '100%',
  },
}
