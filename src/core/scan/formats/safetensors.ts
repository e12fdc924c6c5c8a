import { z } from 'zod'
import type { ByteSource } from '../bytes/byte-source.ts'
import type { Finding } from '../found/finding.ts'

/** A safetensors file begins with the length of its header, and the header with a brace. */
export function isSafetensors(source: ByteSource): boolean {
  if (source.size < 10) return false
  const head = source.read(0, 9)
  const length = Number(new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true))
  return (
    head[8] === 0x7b && length >= 2 && length <= LONGEST_HEADER * 2 && length < source.size + LONGEST_HEADER
  )
}

/**
 * Its header, which must be one that every reader takes for the same: at most 100 MB (safetensors' own limit), each name once, the tensors one
 * behind the other without holes or overlaps to the end of the file, each as long as its type and shape say.
 */
export function safetensorsFindings(source: ByteSource): Finding[] {
  const head = source.read(0, 8)
  const length = Number(new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true))
  const wrong = (name: string): Finding[] => [{ kind: 'header', name }]
  if (length > LONGEST_HEADER) return wrong('a header of more than 100 MB')
  if (length > source.size - 8) return wrong('a header that is longer than the file')
  const text = new TextDecoder().decode(source.read(8, length))
  let tensors: [string, z.infer<typeof Tensor>][]
  try {
    const names = keysOf(text)
    if (new Set(names).size !== names.length) return wrong('a name twice')
    const { __metadata__: _, ...rest } = Header.parse(JSON.parse(text))
    tensors = Object.entries(rest).map(([name, one]) => [name, Tensor.parse(one)])
  } catch {
    return wrong('a header that is no list of tensors')
  }
  let end = 0
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [from, to],
    },
  ] of tensors.sort((a, b) => a[1].data_offsets[0] - b[1].data_offsets[0])) {
    if (from !== end) return wrong(`\`${name}\`, which does not begin where the one before it ends`)
    const bits = Object.hasOwn(BITS, dtype) ? BITS[dtype]! : undefined
    if (bits === undefined) return wrong(`\`${name}\` of the type ${dtype}`)
    if (shape.reduce((product, one) => product * one, bits) !== (to - from) * 8)
      return wrong(`\`${name}\`, whose bytes are not as many as its shape says`)
    end = to
  }
  return end === source.size - 8 - length ? [] : wrong('bytes that belong to no tensor')
}

// --- internal ---

const LONGEST_HEADER = 100_000_000

const Header = z.record(z.string(), z.unknown())
const Whole = z.int().nonnegative()
const Tensor = z.object({ dtype: z.string(), shape: z.array(Whole), data_offsets: z.tuple([Whole, Whole]) })

/** Types of safetensors 0.6, in bits. */
const BITS: Readonly<Record<string, number>> = {
  ...{ F4: 4, F6_E2M3: 6, F6_E3M2: 6, F8_E4M3: 8, F8_E5M2: 8, F8_E8M0: 8 },
  ...{ BOOL: 8, U8: 8, I8: 8, I16: 16, U16: 16, F16: 16, BF16: 16, I32: 32, U32: 32, F32: 32 },
  ...{ C64: 64, F64: 64, I64: 64, U64: 64 },
}

/** The keys of the outermost object, one that stands twice twice: `JSON.parse` keeps the last. */
function keysOf(text: string): string[] {
  const keys: string[] = []
  let depth = 0
  for (const [token, string, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    else if (depth === 1 && colon !== undefined) keys.push(JSON.parse(string!))
  }
  return keys
}
