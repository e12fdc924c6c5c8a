import { htmlText, htmlWords } from '../report/html/text.ts'
import { SITE_STYLE } from './style.ts'

/** Who looks at the page. */
export interface Viewer {
  login: string
  /** Whether there is a session of ours that can be ended. */
  maySignOut: boolean
}

export interface Frame {
  /** Plain text, for the tab. */
  title: string
  viewer?: Viewer
  /** Version of Assay. */
  version: string
  /**
   * What lets it change by itself where there is script, and since when it is as it stands, or of which row alone it tells. Where
   * only a part could be read, a row that comes or goes is no change. `good`: what is measured is grey after so many seconds, if no
   * newer page comes. `every`: it is asked for anew after so many seconds, where nobody tells it.
   */
  live?: { script: string } & (
    | { at: number; isPart: boolean }
    | { row: string; good?: number; every?: number }
  )
}

/** A whole page around its content. Complete without script, and nothing in it is from elsewhere. */
export function pageHtml({ title, viewer, version, live }: Frame, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${htmlWords(title)}</title>
<style>${SITE_STYLE}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<p class="brand"><a href="/">Assay</a></p>
${live ? LIVE : ''}
${viewer ? viewerHtml(viewer) : ''}
</header>
<main id="main"${live ? liveAttribute(live) : ''}>
${content}
</main>
<footer>Assay ${htmlText(version)}. This page changes nothing: commands are comments in pull requests.</footer>
${live ? `<script>${live.script}</script>` : ''}
</body>
</html>
`
}

/** A page that says one thing; `actions` is where to go from there. */
export function messageHtml(
  frame: Frame,
  {
    heading,
    words,
    actions,
  }: { heading: string; words: string; actions: readonly { href: string; words: string }[] },
): string {
  const links = actions.map(
    ({ href, words }) => `<p><a href="${htmlWords(href)}">${htmlWords(words)}</a></p>`,
  )
  return pageHtml(frame, `<h1>${htmlWords(heading)}</h1>\n<p>${htmlWords(words)}</p>\n${links.join('\n')}`)
}

// --- internal ---

const LIVE =
  '<div class="live"><span id="live" role="status"></span> <button id="pause" type="button" hidden>Pause</button></div>'

function liveAttribute(live: NonNullable<Frame['live']>): string {
  if ('row' in live) {
    const good = live.good === undefined ? '' : ` data-good="${live.good}"`
    const every = live.every === undefined ? '' : ` data-every="${live.every}"`
    return ` data-row="${htmlWords(live.row)}"${good}${every}`
  }
  return ` data-at="${live.at}"${live.isPart ? ' data-part' : ''}`
}

function viewerHtml({ login, maySignOut }: Viewer): string {
  const end = maySignOut
    ? ' <form method="post" action="/sign-out"><button type="submit">Sign out</button></form>'
    : ''
  return `<div class="who">Signed in as ${htmlText(login)}${end}</div>`
}
