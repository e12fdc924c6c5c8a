import type { ChildProcess } from 'node:child_process'

/** Nothing that was started stays behind: what still runs when this process ends, by whatever, is ended with it. */
export function endsWithUs<T extends ChildProcess>(child: T): T {
  running.add(child)
  child.once('close', () => running.delete(child))
  if (isOver) child.kill()
  return child
}

/** Ends what still runs, and what is started from now on, and waits until nothing runs any more. */
export async function endAll(): Promise<void> {
  isOver = true
  for (const child of running) child.kill()
  await Promise.all([...running].map(child => new Promise(resolve => child.once('close', resolve))))
  if (running.size > 0) await endAll()
}

// --- internal ---

const running = new Set<ChildProcess>()
let isOver = false

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
