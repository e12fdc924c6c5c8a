/**
 * Comments of a source that name whose code it is: what a package took from others without a file for their licence. Each once,
 * as it is written.
 */
export function noticesIn(source: string): string[] {
  const comments = source.replaceAll('\r\n', '\n').match(COMMENT) ?? []
  return [...new Set(comments.filter(text => NOTICE.test(text)).map(withoutIndent))]
}

// --- internal ---

/** A block, or whole lines that follow each other. */
const COMMENT = /\/\*[\s\S]*?\*\/|(?:^[ \t]*\/\/.*(?:\n|$))+/gm
const NOTICE = /\bcopyright\b(?! holders?\b)|@licen[sc]e\b|\blicensed under\b/i

function withoutIndent(comment: string): string {
  const lines = comment.trim().split('\n')
  const [first = '', ...rest] = lines
  const indents = rest.filter(line => line.trim() !== '').map(line => /^\s*/.exec(line)![0].length)
  const least = Math.min(...indents, Number.MAX_SAFE_INTEGER)
  return [first, ...rest.map(line => line.slice(least))].map(line => line.trimEnd()).join('\n')
}
