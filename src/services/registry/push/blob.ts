import { digestOf } from './manifests.ts'

/** A blob that is to be in a repository. */
export interface Blob {
  digest: string
  /** In bytes. */
  size: number
  /** Its bytes from one of them on; pieces may share memory (`Body` in exchange.ts). */
  read: (from: number) => AsyncIterable<Uint8Array>
  /** A repository of the same registry that has it. */
  mountFrom?: string
}

/** A blob that is small. */
export function inMemory(bytes: Buffer): Blob {
  return {
    digest: digestOf(bytes),
    size: bytes.length,
    async *read(from) {
      yield bytes.subarray(from)
    },
  }
}

/** Uploads that a process before this one has begun, by the digest of the blob. */
export interface KeptUploads {
  take: (digest: string) => Promise<string | undefined>
  keep: (digest: string, location: string) => Promise<void>
  drop: (digest: string) => Promise<void>
}
