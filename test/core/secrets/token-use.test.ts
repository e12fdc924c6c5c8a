import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type NamedBy,
  showsKey,
  type TokenRun,
  whyNoToken,
  whyNotThere,
  whyNotToArgoCd,
  whyNotToJenkins,
  whyNotToRegistry,
} from '../../../src/core/secrets/token-use.ts'
import { isInward, spelledHost } from '../../../src/core/secrets/web-address.ts'
import { cases } from '../../support/rounds.ts'

const onMain: TokenRun = { name: 'GitLab CI', branch: 'main', defaultBranch: 'main' }
const inPull: TokenRun = { name: 'GitHub Actions', pullRequest: 7, baseRef: 'main', fromFork: false }
const GITHUB = { serverUrl: 'https://github.com', apiUrl: 'https://api.github.com' }

describe('whether a run may use a token', () => {
  it.each<[string, TokenRun, NamedBy, boolean]>([
    ['what the base of a pull request names', inPull, 'base', true],
    ['what a pull request names itself', inPull, 'candidate', false],
    ['a file of a run for a pull request', inPull, 'file', false],
    ['what the job names', inPull, 'job', true],
    ['what a record names', inPull, 'record', true],
    ['what the job names for a fork', { ...inPull, fromFork: true }, 'job', false],
    ['what the base names for a fork', { ...inPull, fromFork: true }, 'base', false],
    ['the commit of the default branch', onMain, 'file', true],
    ['the first configuration, compared with --base on the default branch', onMain, 'candidate', true],
    ['the same on another branch', { ...onMain, branch: 'try' }, 'candidate', false],
    ['a commit of another branch', { ...onMain, branch: 'try' }, 'file', true],
    ['a laptop', { name: 'local' }, 'file', true],
    ['a laptop that compares with a base', { name: 'local' }, 'candidate', true],
    ['a merge queue', { name: 'GitHub Actions', baseSha: 'a'.repeat(40) }, 'candidate', false],
    [
      'a run after another one, for a branch',
      { ...onMain, branch: undefined, head: 'octo:try' },
      'file',
      false,
    ],
    ['a run after one of main', { ...onMain, branch: undefined, head: 'octo:main' }, 'file', true],
  ])('%s', (_, run, namedBy, may) => {
    expect(whyNoToken(run, namedBy) === undefined).toBe(may)
  })

  it('is never the word of a fork, whatever else is true', () => {
    const run = fc.record({
      name: fc.string(),
      pullRequest: fc.nat(),
      branch: fc.string(),
      defaultBranch: fc.string(),
    })
    const named = fc.constantFrom<NamedBy>('job', 'base', 'candidate', 'file', 'record')
    fc.assert(
      fc.property(run, named, (facts, namedBy) => {
        expect(whyNoToken({ ...facts, fromFork: true }, namedBy)).toContain('fork')
      }),
    )
  })
})

describe('where a token may go', () => {
  const goes = (url: string, namedBy: NamedBy, run: Partial<TokenRun> = GITHUB, beside?: string) =>
    whyNotThere({ name: 'a CI', ...run }, { url, namedBy }, beside) === undefined

  it.each([
    ['https://github.com/x.git', GITHUB, undefined],
    ['https://api.github.com/x.git', GITHUB, undefined],
    ['https://git.example/x.git', GITHUB, 'git.example'],
    ['https://git.example:8443/x.git', GITHUB, 'other.example, git.example:8443'],
    ['https://git.example/x.git', GITHUB, 'https://git.example'],
    ['http://127.0.0.1:4000/x.git', { serverUrl: 'http://127.0.0.1:4000' }, undefined],
    ['http://gitlab.corp/x.git', { serverUrl: 'http://gitlab.corp' }, undefined],
  ])('%s, from a file: yes', (url, run, beside) => {
    expect(goes(url, 'base', run, beside)).toBe(true)
  })

  it.each([
    ['another host', 'https://evil.example/x.git'],
    ['the right host as a user', 'https://github.com@evil.example/x.git'],
    ['the right host before a backslash', 'https://github.com\\@evil.example/x.git'],
    ['another port', 'https://github.com:444/x.git'],
    ['the usual port, written', 'https://github.com:443/x.git'],
    ['a final dot', 'https://github.com./x.git'],
    ['upper case', 'https://GitHub.com/x.git'],
    ['letters that look alike', 'https://gıthub.com/x.git'],
    ['full-width letters', 'https://ｇithub.com/x.git'],
    ['a host below', 'https://github.com.evil.example/x.git'],
    ['percent signs', 'https://git%68ub.com/x.git'],
    ['plain http', 'http://github.com/x.git'],
    ['no host', 'https:///github.com/x.git'],
    ['no slashes', 'https:github.com/x.git'],
    ['another scheme', 'ext::sh -c id'],
  ])('%s: no', (_, url) => {
    expect(goes(url, 'base')).toBe(false)
    expect(goes(url, 'job')).toBe(false)
  })

  it.each([
    'http://git.example/x.git',
    'https://127.0.0.1/x.git',
    'https://127.1/x.git',
    'https://2130706433/x.git',
    'https://0x7f000001/x.git',
    'https://0177.0.0.1/x.git',
    'https://0/x.git',
    'https://0.0.0.0/x.git',
    'https://localhost/x.git',
    'https://git.localhost/x.git',
    'https://169.254.169.254/x.git',
    'https://[::]/x.git',
    'https://[::1]/x.git',
    'https://[::ffff:127.0.0.1]/x.git',
    'https://[::ffff:a9fe:a9fe]/x.git',
    'https://[fe80::1]/x.git',
    'https://[0:0:0:0:0:0:0:1]/x.git',
  ])('%s, from a file: not even where it stands beside the token', url => {
    const beside = new URL(url).origin
    expect(goes(url, 'base', GITHUB, beside)).toBe(false)
    expect(goes(url, 'file', GITHUB, beside)).toBe(false)
  })

  it('an odd spelling of the server that the CI names: no', () => {
    const run = { serverUrl: 'http://127.0.0.1:4000' }
    expect(goes('http://2130706433:4000/x.git', 'base', run)).toBe(false)
    expect(goes('http://127.1:4000/x.git', 'base', run)).toBe(false)
  })

  it('says what to set', () => {
    const why = whyNotThere({ name: 'Jenkins' }, { url: 'https://git.example/x', namedBy: 'base' }, '')
    expect(why).toEqual({
      what: 'git.example is not the server that Jenkins names, and ASSAY_DEPLOY_HOST does not name it',
      fix: 'if the token is for git.example, set ASSAY_DEPLOY_HOST=git.example beside it',
    })
  })

  it('goes to no host that is not named, however it is written', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), fc.string(), (url, noise) => {
        for (const text of [url, url.replace('://', `://${noise}`), `${url}${noise}`])
          if (goes(text, 'base')) expect(text).toMatch(/^https:\/\/(api\.)?github\.com(?:[/?#]|$)/)
      }),
      cases(300),
    )
  })
})

describe('addresses that a key is shown to', () => {
  it.each(['ssh://git@a/b', 'SSH://a/b', 'git@a:b', 'git@a.b:/c'])('%s: yes', url => {
    expect(showsKey(url)).toBe(true)
  })

  it.each(['https://a/b', 'https://u@a:1/b', 'file:///a@b:c', '/a@b:c', 'acme/deploy'])('%s: no', url => {
    expect(showsKey(url)).toBe(false)
  })
})

describe('hosts', () => {
  it('are spelled in one way', () => {
    expect(spelledHost('https://git.example:8443/a/b')).toBe('git.example:8443')
    expect(spelledHost('http://[::1]:80/a')).toBeUndefined()
  })

  it('of this machine in any version of the protocol are inward', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), fc.nat(255), (b, c, d) => {
        const four = `127.${b}.${c}.${d}`
        expect(isInward(new URL(`http://${four}`).hostname)).toBe(true)
        expect(isInward(new URL(`http://[::ffff:${four}]`).hostname)).toBe(true)
      }),
    )
    expect(isInward('git.example')).toBe(false)
    expect(isInward('10.0.0.7')).toBe(false)
    expect(isInward('[2001:db8::1]')).toBe(false)
  })
})

describe('the password for a registry', () => {
  it.each([
    ['ghcr.io', 'ghcr.io', true],
    ['ghcr.io', 'https://ghcr.io', true],
    ['ghcr.io', 'registry.example, ghcr.io', true],
    ['registry.example:5000', 'registry.example:5000', true],
    ['127.0.0.1:5000', 'http://127.0.0.1:5000', true],
    ['ghcr.io.evil.example', 'ghcr.io', false],
    ['ghcr.io', 'ghcr.io:5000', false],
    ['ghcr.io:5000', 'ghcr.io', false],
    ['docker.io', 'ghcr.io', false],
    ['ghcr.io', 'https://', false],
    ['ghcr.io', ' ', false],
    ['ghcr.io', undefined, false],
    ['[', '[', false],
  ])('goes to %s where ASSAY_REGISTRY_HOST is %j: %s', (host, beside, may) => {
    expect(whyNotToRegistry(host, beside) === undefined).toBe(may)
  })

  it('says why not, and what to set', () => {
    expect(whyNotToRegistry('ghcr.io', undefined)).toEqual({
      what: 'ASSAY_REGISTRY_PASSWORD is not sent there: ASSAY_REGISTRY_HOST, which says where it may go, is not set',
      fix: 'if the password is for ghcr.io, set ASSAY_REGISTRY_HOST=ghcr.io beside it',
    })
    expect(whyNotToRegistry('ghcr.io', ':')!.what).toContain('names no server')
    expect(whyNotToRegistry('ghcr.io', 'a.example b.example')).toEqual({
      what: 'ASSAY_REGISTRY_PASSWORD is not sent there: ASSAY_REGISTRY_HOST says that it is for a.example, b.example',
      fix: 'if the password is for ghcr.io too, set ASSAY_REGISTRY_HOST=ghcr.io beside it',
    })
  })
})

describe('the token for Jenkins', () => {
  it.each([
    'https://ci.example.com',
    'https://ci.example.com:8443/jenkins',
    'http://127.0.0.1:8080',
    'http://jenkins',
    'http://jenkins.ci.svc.cluster.local:8080/',
  ])('goes to %s', url => {
    expect(whyNotToJenkins(url)).toBeUndefined()
  })

  it.each([
    'ci.example.com',
    'ftp://ci.example.com',
    'https://ada@ci.example.com',
    'https://:secret@ci.example.com',
    'https://ci.example.com/?token=1',
    'https://ci.example.com/#job',
  ])('does not go to %s, which is no plain web address', url => {
    expect(whyNotToJenkins(url)?.what).toBe(
      'ASSAY_JENKINS_URL is no web address without credentials and parameters',
    )
  })

  it('does not travel in the open', () => {
    expect(whyNotToJenkins('http://ci.example.com')).toEqual({
      what: 'ASSAY_JENKINS_URL is plain http, and the token would travel in the open',
      fix: 'write it like https://ci.example.com, with the path that Jenkins has there',
    })
  })
})

describe('the token for Argo CD', () => {
  it('is advised of by what stands beside it', () => {
    const server = 'https://argocd.example'

    expect(whyNotToArgoCd(server, undefined)!.fix).toBe(
      'if the token is for argocd.example, set ARGOCD_SERVER=argocd.example beside ARGOCD_AUTH_TOKEN',
    )
    expect(whyNotToArgoCd(server, 'other.example')!.fix).toContain(
      'where the token is for argocd.example too, set',
    )
  })

  it.each([
    ['https://argocd.example', 'argocd.example', true],
    ['https://argocd.example/root', 'https://argocd.example', true],
    ['https://argocd.example:8443', 'argocd.example:8443', true],
    ['https://argocd.example', 'other.example argocd.example', true],
    ['http://argocd-server.argocd.svc', 'http://argocd-server.argocd.svc', true],
    ['http://argocd-server.argocd.svc', 'argocd-server.argocd.svc', false],
    ['https://argocd.example', 'http://argocd.example', false],
    ['https://argocd.example', 'argocd.example:8443', false],
    ['https://argocd.example:8443', 'argocd.example', false],
    ['https://argocd.example.evil.example', 'argocd.example', false],
    ['https://evil.example/argocd.example', 'argocd.example', false],
    ['https://ARGOCD.example', 'argocd.example', false],
    ['https://argocd.example.', 'argocd.example.', false],
    ['https://127.1', '127.0.0.1', false],
    ['https://argocd.example', undefined, false],
    ['https://argocd.example', ' ', false],
    ['https://argocd.example', '*', false],
  ])('of %s, beside it %s: %s', (server, beside, goes) => {
    expect(whyNotToArgoCd(server, beside) === undefined).toBe(goes)
  })

  it('goes to no server that is not beside it, whatever the file says', () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.option(fc.domain(), { nil: undefined }), (server, beside) => {
        if (new URL(server).host !== beside) expect(whyNotToArgoCd(server, beside)).toBeDefined()
      }),
    )
  })
})
