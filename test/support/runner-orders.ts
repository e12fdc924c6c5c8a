/** The orders that a runner obeys: it reads lines (a carriage return ends one too), and stops where it is told. */
export function obeyed(text: string): string[] {
  const orders: string[] = []
  let stopped: string | undefined
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [, name, value = ''] = /^\s*::([\w-]+)[^:]*::(.*)$/.exec(line) ?? []
    if (stopped !== undefined) stopped = name === stopped ? undefined : stopped
    else if (name === 'stop-commands') stopped = value
    else if (name !== undefined) orders.push(name)
    if (stopped === undefined && /##\w*\[/.test(line)) orders.push('##')
  }
  if (stopped !== undefined) throw new Error('the runner was left without ears')
  return orders
}
