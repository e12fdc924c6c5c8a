import { bytes } from './pickles.ts'

/** A `.npy` of version 1 with that type, shape and data. */
export function npyOf(descr: string, shape: string, data: Uint8Array): Uint8Array {
  const header = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`
  return rawNpyOf(`${header.padEnd(117)}\n`, data)
}

/** The same with a header that is written by hand. */
export function rawNpyOf(header: string, data: Uint8Array): Uint8Array {
  const length = Buffer.byteLength(header, 'latin1')
  return bytes('\x93NUMPY', 1, 0, length & 0xff, length >> 8, header, data)
}
