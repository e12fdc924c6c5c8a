/**
 * The team's own Markdown, as they wrote it: task lists, formulas, tables, code. Only what would act on others is defused:
 * mentions, quick actions, HTML comments (one could pose as our marker), remote images, HTML. Code is left byte for byte.
 */
const BREAK = '\u200b'

export function notesForReport(notes: string): string {
  const lines = notes.replaceAll('\r\n', '\n').split('\n')
  let fence: string | undefined
  const shown = lines.map(line => {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence !== undefined) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = undefined
      return line.replaceAll('<!--', `<${BREAK}!--`)
    }
    if (
      mark !== undefined &&
      !(mark.startsWith('`') && line.slice(line.indexOf(mark) + mark.length).includes('`'))
    ) {
      fence = mark
      return line
    }
    return defuse(line)
  })
  // A fence that nobody closed would swallow the rest of the report.
  if (fence !== undefined) shown.push(fence)
  return shown.join('\n')
}

// --- internal ---

function defuse(line: string): string {
  return line
    .split(/(`+[^`]*`+)/)
    .map(part =>
      part.startsWith('`') && part.length > 1 && part.endsWith('`')
        ? part.replaceAll('<!--', `<${BREAK}!--`)
        : defuseText(part),
    )
    .join('')
    .replace(/^(\s*)\//, `$1${BREAK}/`)
}

function defuseText(text: string): string {
  return text
    .replace(/<(?=[!/?A-Za-z])/g, '&lt;')
    .replace(/!(?=\[)/g, `!${BREAK}`)
    .replace(/(^|[^\w])@(?=[A-Za-z0-9_-])/g, `$1@${BREAK}`)
    .replace(/(^|[\s([])#(?=\d)/g, `$1#${BREAK}`)
    .replace(/\b([\w.-]+\/[\w.-]+)#(?=\d)/g, `$1#${BREAK}`)
    .replace(/\bGH-(?=\d)/gi, `GH-${BREAK}`)
    .replace(/^( {0,3})\[([^\]]+)\]:/, `$1&#91;$2]:`)
}
