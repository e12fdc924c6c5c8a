/** Writes pickles by hand: instructions as bytes, so that also those can be written that no Python writes. */

export const bytes = (...parts: (number | string | Uint8Array)[]): Uint8Array =>
  Buffer.concat(
    parts.map(part =>
      typeof part === 'number'
        ? Buffer.of(part)
        : typeof part === 'string'
          ? Buffer.from(part, 'latin1')
          : Buffer.from(part),
    ),
  )

/** SHORT_BINUNICODE */
export const text = (value: string): Uint8Array => bytes(0x8c, Buffer.byteLength(value), Buffer.from(value))

/** BINUNICODE */
export const longText = (value: string): Uint8Array => {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(Buffer.byteLength(value))
  return bytes('X', length, Buffer.from(value))
}

const split = (name: string, at: number) => {
  const parts = name.split('.')
  return [parts.slice(0, at).join('.'), parts.slice(at).join('.')] as const
}

/** Module and name as Python would save it: the name is what begins where the last lower-case module ends, unless said. */
const halves = (name: string) => split(name, name.split('.').length - 1)

/** Ways to bring something in and call it with `id`. Each ends with STOP. */
export const WAYS: Readonly<Record<string, (name: string) => Uint8Array>> = {
  'GLOBAL and REDUCE, protocol 0': name => {
    const [module, what] = halves(name)
    return bytes(`c${module}\n${what}\n(S'id'\ntR.`)
  },
  'INST, protocol 0': name => {
    const [module, what] = halves(name)
    return bytes(`(S'id'\ni${module}\n${what}\n.`)
  },
  'OBJ, protocol 1': name => {
    const [module, what] = halves(name)
    return bytes(`(c${module}\n${what}\nU\x02ido.`)
  },
  'GLOBAL and NEWOBJ, protocol 2': name => {
    const [module, what] = halves(name)
    return bytes(0x80, 2, `c${module}\n${what}\nU\x02id`, 0x85, 0x81, '.')
  },
  'STACK_GLOBAL, protocol 4': name => {
    const [module, what] = halves(name)
    return bytes(0x80, 4, text(module), 0x94, text(what), 0x94, 0x93, text('id'), 0x85, 'R.')
  },
  'STACK_GLOBAL of long text out of the memo': name => {
    const [module, what] = halves(name)
    return bytes(
      0x80,
      4,
      longText(what),
      'q',
      7,
      longText(module),
      'q',
      9,
      '00',
      'h',
      9,
      'h',
      7,
      0x93,
      text('id'),
      0x85,
      'R.',
    )
  },
  'a name with a dot in it': name => {
    const [module, what] = split(name, 1)
    return bytes(0x80, 4, text(module), text(what), 0x93, text('id'), 0x85, 'R.')
  },
  NEWOBJ_EX: name => {
    const [module, what] = halves(name)
    return bytes(0x80, 4, text(module), text(what), 0x93, text('id'), 0x85, '}', 0x92, '.')
  },
}
