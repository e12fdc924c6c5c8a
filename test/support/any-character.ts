import fc from 'fast-check'

const FIRST_SURROGATE = 0xd800
const SURROGATES = 0x800

/**
 * Any character but surrogates: the `unit: 'binary'` of fast-check in the same order, so that a seed makes the same texts. That
 * one writes a table of all 1.1 million before its first text: a second, and 100 MiB that stay with the worker.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.nat({ max: 0x10_ffff - SURROGATES }).map(
  number => String.fromCodePoint(number < FIRST_SURROGATE ? number : number + SURROGATES),
  character => {
    const [only, ...more] = typeof character === 'string' ? [...character] : []
    const point = only?.codePointAt(0) ?? -1
    const isSurrogate = point >= FIRST_SURROGATE && point < FIRST_SURROGATE + SURROGATES
    if (point < 0 || more.length > 0 || isSurrogate) throw new Error('no single character')
    return point < FIRST_SURROGATE ? point : point - SURROGATES
  },
)
