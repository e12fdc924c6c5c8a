import { filled } from '../../deploy-config/places/paths.ts'
import type { CountsOf } from './prometheus-query.ts'

/**
 * `requests`, the PromQL of the second source, with its placeholders replaced.
 *
 * @param quiet minutes: the time that is called quiet by who asks
 */
export function requestsQuery(
  query: string,
  { model, environment = '', release = '' }: CountsOf,
  quiet: number,
): string {
  return filled(query, model, environment)
    .replaceAll('{release}', () => release)
    .replaceAll('{quiet}', `${quiet}m`)
}
