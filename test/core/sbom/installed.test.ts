import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isMetadata, placeOf, readMetadata } from '../../../src/core/sbom/installed.ts'

describe('the metadata of a package', () => {
  it('says its name, as PyPI writes it, and its version', () => {
    const text = 'Metadata-Version: 2.4\nName: Typing_Extensions\nVersion: 4.16.0+local\nSummary: x\n'
    expect(readMetadata(text)).toEqual({ kind: 'pypi', name: 'typing-extensions', version: '4.16.0+local' })
    expect(readMetadata(text.replaceAll('\n', '\r\n'))?.version).toBe('4.16.0+local')
  })

  it.each([
    ['without a version', 'Name: a\n'],
    ['without a name', 'Version: 1\n'],
    ['whose description alone says it', 'Metadata-Version: 2.4\n\nName: a\nVersion: 1\n'],
    ['with a name that is none', 'Name: a b\nVersion: 1\n'],
    ['with a version that is none', 'Name: a\nVersion: 1 2\n'],
  ])('%s says nothing', (_, text) => expect(readMetadata(text)).toBeUndefined())

  it('of any text is a package with a plain name and version, or none', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, version) => {
        const one = readMetadata(`Name: ${name}\nVersion: ${version}\n`)
        return one === undefined || /^[a-z0-9-]+ [\w.!+-]+$/.test(`${one.name} ${one.version}`)
      }),
    )
  })

  it('lies in the folder of the package', () => {
    const path = '.venv/lib/python3.12/site-packages/flask-3.1.3.dist-info/METADATA'
    expect(isMetadata(path)).toBe(true)
    expect(placeOf(path)).toEqual({ folder: '.venv/lib/python3.12/site-packages', info: 'flask-3.1.3' })
    expect(placeOf('flask-3.1.3.dist-info/METADATA').folder).toBe('.')
    for (const other of ['METADATA', 'a.dist-info/RECORD', 'a.dist-info/b/METADATA'])
      expect(isMetadata(other)).toBe(false)
  })
})
