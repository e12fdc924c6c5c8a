/**
 * The limit of a test that takes minutes beside much else, in milliseconds: `vi.setConfig({ testTimeout: SLOW })` at the head of
 * its file, with the reason. All others have that of vitest.long.config.ts.
 */
export const SLOW = 900_000
