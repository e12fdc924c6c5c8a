import { describe, expect, it } from 'vitest'
import { webAddressOf } from '../../../src/core/secrets/web-address.ts'

describe('the page of a repository', () => {
  it.each([
    ['https://git.example.com/acme/model.git', 'https://git.example.com/acme/model'],
    ['https://git.example.com:8443/acme/model/', 'https://git.example.com:8443/acme/model'],
    ['https://user:word@git.example.com/acme/model', 'https://git.example.com/acme/model'],
    ['http://git.example.com:8080/acme/model', 'http://git.example.com:8080/acme/model'],
    ['git@git.example.com:acme/model.git', 'https://git.example.com/acme/model'],
    // The port of ssh is none of the pages.
    ['ssh://git@git.example.com:2222/acme/model.git', 'https://git.example.com/acme/model'],
    ['git://git.example.com/acme/model.git', undefined],
    ['file:///srv/model.git', undefined],
    ['/srv/model.git', undefined],
    ['../model', undefined],
  ])('of %s is %s', (remote, page) => {
    expect(webAddressOf(remote)).toBe(page)
  })
})
