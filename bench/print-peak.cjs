// Loaded before a measured program: prints its peak memory in KiB as it ends.
process.on('exit', () => {
  const status = require('node:fs').readFileSync('/proc/self/status', 'utf8')
  process.stderr.write(`PEAK ${/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0}\n`)
})
