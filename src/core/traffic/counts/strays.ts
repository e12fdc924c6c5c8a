/** What is of no release: by its end, and by the model where there is one of this name. */
export interface Strays<R extends string> {
  add(result: R, model?: string): void
  total(result: R, model: string): number
}

export function straysOf<R extends string>(): Strays<R> {
  const counts = new Map<string, number>()
  const keyOf = (result: R, model: string) => `${result} ${model}`
  return {
    add(result, model = '') {
      const key = keyOf(result, model)
      counts.set(key, (counts.get(key) ?? 0) + 1)
    },
    total: (result, model) => counts.get(keyOf(result, model)) ?? 0,
  }
}
