import type { ChildProcess } from 'node:child_process'

/** Nothing that was started stays behind: what still runs when this process ends, by whatever, is ended with it. */
export function endsWithUs<T extends ChildProcess>(child: T): T {
  running.add(child)
  child.once('close', () => running.delete(child))
  return child
}

// --- internal ---

const running = new Set<ChildProcess>()

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
