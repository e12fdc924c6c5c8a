import { describe, expect, it } from 'vitest'
import { deployAddress } from '../../../src/core/secrets/deploy-address.ts'

const read = (text: string) => deployAddress(text, 'https://github.com', 'file')

describe('the address of a deploy repository', () => {
  it.each([
    'acme/deploy',
    'https://github.com/acme/deploy',
    'https://github.com/acme/deploy.git',
    'ssh://git@github.com/acme/deploy.git',
    'git@github.com:acme/deploy.git',
  ])('%s is on the forge', text => {
    expect(read(text)).toEqual({ kind: 'forge', repository: 'acme/deploy', namedBy: 'file' })
  })

  it.each([
    'https://git.example/acme/deploy',
    '../deploy',
    './deploy',
    // A path of the API that leads out of `/repos/` would be another call.
    'acme/..',
    'acme/../../user',
    'acme/deploy/../../../user',
    'git@github.com:acme/../../user',
    'acme/.',
  ])('%s is not', text => {
    expect(read(text)).toEqual({ kind: 'git', url: text, namedBy: 'file' })
  })
})
