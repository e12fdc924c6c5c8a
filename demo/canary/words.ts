/** Since a moment of `performance.now()`. */
export function seconds(since: number): string {
  return `${Math.round((performance.now() - since) / 1000)} s`
}
