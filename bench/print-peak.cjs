// Loaded before a measured program: prints its peak memory in KiB and its processor time in microseconds as it ends.
process.on('exit', () => {
  const status = require('node:fs').readFileSync('/proc/self/status', 'utf8')
  const { user, system } = process.cpuUsage()
  process.stderr.write(`PEAK ${/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0}\nCPU ${user + system}\n`)
})
