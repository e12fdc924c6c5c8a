/** Labels of a series, with the space before the value. One without a text is one that is not there. */
export function seriesLabels(of: Readonly<Record<string, string | undefined>>): string {
  const said = Object.entries(of).flatMap(([name, value]) => (value ? [`${name}="${escaped(value)}"`] : []))
  return said.length === 0 ? ' ' : `{${said.join(',')}} `
}

// --- internal ---

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
