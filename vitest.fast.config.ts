import usual from './vitest.config.ts'

/** `npm run test:fast`, the loop while one works: what starts no program and plays no promotion from end to end. */
export default {
  ...usual,
  test: {
    ...usual.test,
    include: ['core', 'targets', 'ci', 'forges'].map(folder => `test/${folder}/**/*.test.ts`),
    exclude: ['test/forges/{ensure,git,gitlab}/**', 'test/forges/{deploy-repository,promotion-*}.test.ts'],
    // Nothing waits here: a worker a core.
    maxWorkers: '100%',
  },
}
