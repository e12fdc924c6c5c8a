/** Milliseconds of work that this process has done: unlike the clock, nothing that runs beside the tests counts. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
