import { describe, expect, it } from 'vitest'
import type { AssayError } from '../../../../src/core/errors/errors.ts'
import { editYaml, readYaml } from '../../../../src/core/yaml/edit/edit.ts'
import { parseYaml } from '../../../../src/core/yaml/edit/parse.ts'

describe('a file that is asked again', () => {
  it('is read once, by whoever asks in a row', () => {
    const text = 'a: 1\nb: [x]\n'
    const read = parseYaml(text, 'm.yaml')

    readYaml(text, 'm.yaml')
    editYaml(text, 'm.yaml', [{ path: ['a'], value: 1 }])

    expect(parseYaml(text, 'm.yaml').documents).toBe(read.documents)
  })

  it('is read once by whatever path it is asked for', () => {
    const read = parseYaml('a: 1\n', 'm.yaml')
    const longer = parseYaml('a: 1\n', 'apps/churn/m.yaml')

    expect(longer.documents).toBe(read.documents)
    expect([read.file, longer.file]).toEqual(['m.yaml', 'apps/churn/m.yaml'])
  })

  it('is another one with another text', () => {
    const read = parseYaml('a: 1\n', 'm.yaml')

    expect(parseYaml('a: 2\n', 'm.yaml').text).toBe('a: 2\n')
    expect(parseYaml('a: 1\n', 'm.yaml').documents).not.toBe(read.documents)
  })

  it('is read as each version reads it', () => {
    const read = parseYaml('on: off\n', 'm.yaml')

    expect(read.documents[0]!.toJS()).toEqual({ on: 'off' })
    expect(read.as11()[0]!.toJS()).toEqual({ true: false })
    expect(read.documents[0]!.toJS()).toEqual({ on: 'off' })
  })

  it('is refused again with the same words, and by the path it is asked for', () => {
    const what = 'the key `a` is there twice, first on line 1'

    for (const file of ['m.yaml', 'm.yaml', 'apps/churn/m.yaml'])
      expect(() => parseYaml('a: 1\na: 2\n', file)).toThrow(
        expect.objectContaining({
          code: 'YAML_UNREADABLE',
          message: `${file} cannot be edited`,
          problems: [{ what, where: { file, line: 2 } }],
        }) as AssayError,
      )
  })

  it('keeps what an edit made, not what was there', () => {
    const { text } = editYaml('a: 1\nb: 2\n', 'm.yaml', [{ path: ['a'], value: 3 }])

    expect(readYaml(text, 'm.yaml')).toEqual([{ a: 3, b: 2 }])
    expect(readYaml('a: 1\nb: 2\n', 'm.yaml')).toEqual([{ a: 1, b: 2 }])
  })
})
