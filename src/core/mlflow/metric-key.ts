/**
 * Names of metrics as MLflow takes them. It refuses `@`, and names that are no plain path (`a//b`, `/a`, `../a`); a `:` it takes, and
 * none of ours has one, so what was written is found again by the same rule.
 */
export function metricKey(name: string): string {
  return pathOf(name.replaceAll('@', ':'))
}

/** The name of a metric in MLflow → as a gate may name it; undefined for one that no gate could. */
export function metricName(key: string): string | undefined {
  const name = key.replaceAll(':', '@').replaceAll(' ', '_')
  return /^[A-Za-z0-9_./@-]{1,128}$/.test(name) ? name : undefined
}

// --- internal ---

function pathOf(name: string): string {
  const parts = name.split('/').filter(part => part !== '' && !/^\.+$/.test(part))
  return parts.length === 0 ? '_' : parts.join('/')
}
