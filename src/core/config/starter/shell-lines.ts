/** Commands that a README shows. */

/**
 * The lines of its blocks of code that start a program, with what the same block sets before them.
 *
 * @param programs names of the repository's own
 */
export function shellLines(readme: string, programs: readonly string[] = []): string[] {
  const fenced = [...readme.matchAll(/^[ \t]*(```|~~~)([^\n`]*)\n([\s\S]*?)^[ \t]*\1/gm)]
  // Where there is none, what stands four columns in is code.
  const blocks =
    fenced.length > 0
      ? fenced.map(([, , language, body]) => ({ language: language!, body: body! }))
      : [...readme.matchAll(/(?<=\n[ \t]*\n)(?:(?: {4}|\t)[^\n]*\n?)+/g)].map(([body]) => ({
          language: '',
          body,
        }))
  return blocks.flatMap(({ language, body }) =>
    /^\s*(python|py|ya?ml|json|text|toml|r|csv)\b/i.test(language) ? [] : linesOf(body, programs),
  )
}

/**
 * A line of a shell without its comment, one space between words; what stands in quotes stays as it is. Undefined where a quote is left
 * open: that is no whole command.
 */
export function wholeCommand(line: string): string | undefined {
  let whole = ''
  for (const { 0: part, groups } of line.matchAll(PARTS)) {
    if (groups!.comment !== undefined) break
    if (part === '"' || part === "'") return undefined
    whole += /^\s/.test(part) ? ' ' : part
  }
  return whole.trim()
}

// --- internal ---

const PARTS = /'[^']*'|"(?:\\.|[^"\\])*"|\\.|(?<comment>(?:^|\s+)#.*$)|\s+|[^\s'"\\]+|./gs

const RUNS = /^(?:uv|poetry|pdm|pixi|pipenv|hatch) run /
const STARTS =
  /^(?:(?:uv|poetry|pdm|pixi|pipenv) run |(?:[A-Z_][A-Z0-9_]*=[\w./:,-]+ )+)?(?:python3?|accelerate|torchrun|deepspeed|papermill|bash|sh|Rscript|julia|node|mlflow|lightning|yolo|(?:npx (?:--yes |-y )?)?promptfoo(?:@\S+)?|inspect|lm[_-]eval|deepeval|\.\/)\s*\S/

function linesOf(block: string, programs: readonly string[]): string[] {
  const sets: string[] = []
  const isStart = (line: string) =>
    STARTS.test(line) || programs.includes(line.replace(RUNS, '').split(' ', 1)[0]!)
  return block
    .replace(/\\\r?\n\s*/g, ' ')
    .split(/\r?\n/)
    .flatMap(line => wholeCommand(line.trim().replace(/^\$ +/, '')) ?? [])
    .flatMap(line => {
      if (/^export [A-Za-z_]\w*=\S+$/.test(line)) sets.push(line)
      if (!isStart(line) || isPattern(line, sets)) return []
      const used = sets.filter(set => line.includes(`$${/^export (\w+)=/.exec(set)![1]}`))
      return [[...used, line].join(' && ')]
    })
}

/** A line that a reader is to fill in: `<path>`, `/path/to/data`, a variable that nobody set, dots. */
function isPattern(line: string, sets: readonly string[]): boolean {
  const set = sets.map(one => /^export (\w+)=/.exec(one)![1]!)
  const unset = [...line.matchAll(/\$\{?(\w+)/g)].some(([, name]) => !set.includes(name!))
  return unset || /<[^>]*>|\/path\/|\bpath\/to\b|\.\.\.|…|\{[^}]*\}|\[[^\]]*\]/.test(line)
}
