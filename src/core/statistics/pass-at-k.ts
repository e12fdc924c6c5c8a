/**
 * How likely one of k tries is right, where c of n were: 1 − C(n − c, k)/C(n, k), the unbiased estimator of Chen et al.,
 * "Evaluating Large Language Models Trained on Code" (arXiv 2107.03374, 2021), as the product 1 − Π (1 − k/i) over n − c < i ≤ n.
 *
 * @throws RangeError unless 0 ≤ c ≤ n and 1 ≤ k ≤ n
 */
export function passAtK(n: number, c: number, k: number): number {
  if (!(c >= 0 && c <= n && k >= 1 && k <= n)) throw new RangeError(`pass@${k} of ${c} of ${n} is nothing.`)
  if (n - c < k) return 1
  let allWrong = 1
  for (let i = n - c + 1; i <= n; i++) allWrong *= 1 - k / i
  return 1 - allWrong
}
