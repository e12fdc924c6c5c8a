/** A ref or branch as it stands in a path: a name may hold `%`, which is not what an escape means. */
export function refPath(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/')
}
