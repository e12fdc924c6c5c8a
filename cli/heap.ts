import { setFlagsFromString } from 'node:v8'

/**
 * Collects garbage before it becomes most of the memory: by itself the engine lets a small heap grow fourfold first, and a job on
 * a runner shares its memory with a training. On small inputs it costs nothing that can be measured. A promotion beside a manifest
 * of a megabyte takes half the memory (160 MB for 290 MB) and a tenth more processor time, an inventory of 3,000 places half the
 * memory for no more time; the young generation, which without its flag grows to 60 MB of garbage, is more than half of that.
 * A young generation of 4 MB would save a twentieth, and can be asked for on the command line alone, which a runner does not
 * let us write. The engine does not heed the second flag on its command line.
 *
 * The parser of HTTP behind `fetch` is WebAssembly, and after the third answer the engine would optimise it in the background: more
 * processor time than all the answers of a run, and 10 MB. It does so after some hundred of them now. What unpacks Parquet is
 * WebAssembly too, and gets there with its first megabytes.
 *
 * Call it before the first request and before anything large is read, but late: once a flag has changed, Node compiles each module
 * of its own that it loads, and takes none from its cache.
 *
 * @param fetches whether there will be requests: then all that `fetch` is made of is loaded first
 */
export function keepHeapSmall(fetches: boolean): void {
  if (fetches) Reflect.get(globalThis, 'Headers')
  setFlagsFromString('--heap-growing-percent=75')
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--wasm-tiering-budget=1000000000')
}
