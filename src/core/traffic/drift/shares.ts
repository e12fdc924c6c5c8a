export function total(counts: ArrayLike<number>): number {
  let all = 0
  for (let index = 0; index < counts.length; index++) all += counts[index]!
  return all
}
