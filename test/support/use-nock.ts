import nock from 'nock'
import { afterAll, afterEach, beforeAll } from 'vitest'

// It takes over all requests of the process as soon as it is loaded, which costs the others a quarter of their time.
nock.restore()

/** Answers for hosts that are not there, for the tests of a file. A mock that nobody used fails its test. */
export function useNock(): typeof nock {
  beforeAll(() => {
    nock.activate()
    nock.disableNetConnect()
    nock.enableNetConnect(host => /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host))
  })
  afterEach(context => {
    const unused = nock.pendingMocks()
    nock.cleanAll()
    if (unused.length > 0 && context.task.result?.state !== 'fail')
      throw new Error(`Mocks that no request used:\n  ${unused.join('\n  ')}`)
  })
  afterAll(() => nock.restore())
  return nock
}
