/** The pattern of a path: `{name}` is one segment, `{name+}` may be several. The groups have the names. */
export function patternOf(template: string): RegExp {
  const groups = template
    .replaceAll('.', String.raw`\.`)
    .replace(/\{(\w+)(\+?)\}/g, (_, name, several) => `(?<${name}>${several ? '.+' : '[^/]+'})`)
  return new RegExp(`^${groups}$`)
}

/** What comes first is more exact: `/commits/{ref+}` also fits what continues after a ref. */
export function byExactness(a: string, b: string): number {
  const open = (name: string) => (name.endsWith('+}') ? 1 : 0)
  return open(a) - open(b) || parameters(a) - parameters(b) || b.length - a.length
}

function parameters(name: string): number {
  return name.split('{').length
}
