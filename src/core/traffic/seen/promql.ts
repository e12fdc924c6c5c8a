/** Pieces of PromQL. */

export function union(parts: readonly string[]): string {
  return parts.join(' or ')
}

/** A vector whose series have one more label. */
export function labelled(vector: string, label: string, value: string): string {
  return `label_replace(${vector}, "${label}", "${value}", "", "")`
}

export function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

/** As a regular expression that matches nothing but the text. */
export function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/** What a matcher of whichever of these names compares with, in its quotes. */
export function anyOf(names: readonly string[]): string {
  return quoted(names.map(literally).join('|'))
}

/**
 * The label of an environment. A collector that was not told its own says none: it is taken for the one that is asked about. Of
 * whichever there is where none is.
 */
export function environmentMatchers(environment: string | undefined): string[] {
  return environment === undefined ? [] : [`environment=~${quoted(`${literally(environment)}|`)}`]
}
