import nock from 'nock'
import { afterEach } from 'vitest'

// No test talks to the network: only servers on this machine answer. A mock nobody used fails its test.
nock.disableNetConnect()
nock.enableNetConnect(host => /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host))

afterEach(context => {
  const unused = nock.pendingMocks()
  nock.cleanAll()
  if (unused.length > 0 && context.task.result?.state !== 'fail')
    throw new Error(`Mocks that no request used:\n  ${unused.join('\n  ')}`)
})
