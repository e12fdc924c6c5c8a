/** Settles when somebody ends it, with Ctrl+C or otherwise. From now on that ends nothing by itself. */
export function untilStopped(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}

/** Thrown where a story was ended before its end. */
export class Stopped extends Error {}
