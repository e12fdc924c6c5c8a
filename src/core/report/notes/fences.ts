/** Which lines of Markdown are in a fence at its top level, and the fence that is still open at its end. */
export interface TopFences {
  fenced: boolean[]
  open?: string
}

/**
 * Finds the fences at the top level of Markdown. Those inside lists and quotes do not matter here: they end with what
 * contains them, at the first line of ours. Some documents cannot be told without a whole parser: `unclear`.
 */
export function topFences(lines: string[]): TopFences | 'unclear' {
  let state: State = { list: 'none', html: 'none', afterBlank: true }
  const fenced: boolean[] = []
  for (const line of lines) {
    const within = state.fence !== undefined
    state = state.fence === undefined ? outside(state, line) : inside(state, line, state.fence)
    if (state.fence === 'unclear') return 'unclear'
    fenced.push(within || state.fence !== undefined)
  }
  return { fenced, open: state.fence }
}

/** Whether a line closes a fence opened by `fence`. */
export function closesFence(line: string, fence: string): boolean {
  const mark = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1]
  return mark !== undefined && mark[0] === fence[0] && mark.length >= fence.length
}

/** Blank for Markdown: other white space is text. */
export function isBlank(line: string): boolean {
  return /^[ \t]*$/.test(line)
}

// --- internal ---

interface State {
  fence?: string | 'unclear'
  /** How far the content of an open list item is indented. */
  list: number | 'none' | 'unclear'
  /** Whether the lines are the raw content of HTML, until a blank line. */
  html: 'none' | 'perhaps' | 'block'
  afterBlank: boolean
}

const FENCE = /^( {0,3})(?:(`{3,})[^`]*|(~{3,})[^\n]*)$/
const MARKER = /^( {0,3}(?:[*+-]|(\d{1,9})[.)]))( {1,4}(?! )| |$)/
const BREAK = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/
/** Elements that begin a block of HTML wherever they begin a line. */
const BLOCK =
  /^ {0,3}<\/?(?:address|article|aside|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|head|header|hr|html|legend|li|main|menu|nav|ol|optgroup|option|p|param|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?:\s|\/?>|$)/i

function inside(state: State, line: string, fence: string): State {
  return closesFence(line, fence) ? { ...state, fence: undefined, afterBlank: true } : state
}

function outside(state: State, line: string): State {
  if (isBlank(line)) return { ...state, html: 'none', afterBlank: true }
  const next = { ...state, afterBlank: false }
  const [, indent = '', ticks, tildes] = FENCE.exec(line) ?? []
  if (ticks !== undefined || tildes !== undefined) {
    const fence = opened(state, indent.length, ticks ?? tildes!)
    return { ...next, fence, list: fence === undefined ? state.list : 'none' }
  }
  if (state.html === 'block') return next
  const list = state.list === 'none' ? 'none' : 'unclear'
  if (BLOCK.test(line)) return { ...next, list, html: 'block' }
  if (/^ {0,3}</.test(line)) return { ...next, list, html: 'perhaps' }
  // Perhaps these lines are raw, and begin no list.
  if (state.html === 'perhaps') return { ...next, list: MARKER.test(line) ? 'unclear' : list }
  return { ...next, list: listAfter(state, line) }
}

/** What a fence opens: itself at the top level, nothing where it is nested or raw. */
function opened({ list, html }: State, indent: number, mark: string): string | 'unclear' | undefined {
  if (html === 'block') return undefined
  if (html === 'perhaps') return 'unclear'
  if (indent === 0 || list === 'none') return mark
  return list !== 'unclear' && indent >= list ? undefined : 'unclear'
}

function listAfter({ list, afterBlank }: State, line: string): State['list'] {
  const indent = /^ *\t/.test(line) ? 4 : /^ */.exec(line)![0].length
  // What is not indented after a blank line is in no list but its own.
  const before = indent === 0 && afterBlank ? 'none' : list
  if (BREAK.test(line) || /^ {0,3}>/.test(line)) return indent === 0 || before === 'none' ? 'none' : 'unclear'
  const [marker, , number = '1'] = MARKER.exec(line) ?? []
  if (marker !== undefined) {
    if (typeof before === 'number' && indent >= before) return before
    // In the middle of a paragraph, only some markers begin a list.
    // What belongs to an empty item, only a whole parser knows.
    if (isBlank(line.slice(marker.length)) || before === 'unclear') return 'unclear'
    const begins = afterBlank || typeof before === 'number' || Number(number) === 1
    return begins ? marker.length : 'unclear'
  }
  if (typeof before !== 'number' || indent >= before) return before
  return afterBlank ? 'none' : 'unclear'
}
