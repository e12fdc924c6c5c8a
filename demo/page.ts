import MarkdownIt from 'markdown-it'
import { PAGE_STYLE } from './page-style.ts'
import type { Posted, PullRequest } from './pull-request.ts'

/** What the page shows: a pull request as GitHub would, after one of its pushes. */
export interface PullRequestPage {
  repository: string
  pullRequest: PullRequest
  pushes: { head: string; message: string; diff: string }[]
  posted: Posted
  /** Files to look at next, relative to the page. */
  links: { text: string; href: string }[]
}

/** One self-contained HTML page. The comment's own HTML is kept: it is the report that this repository writes. */
export function renderPage(page: PullRequestPage): string {
  const { pullRequest, posted } = page
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(pullRequest.title)} · ${escapeHtml(page.repository)} #${pullRequest.number}</title>
<style>${PAGE_STYLE}</style>
<main>
<p class="where">${escapeHtml(page.repository)}</p>
<h1>${escapeHtml(pullRequest.title)} <span class="number">#${pullRequest.number}</span></h1>
<p><span class="open">Open</span> <b>ada</b> wants to merge into <code>main</code> from <code>recent-delays</code></p>
${box('ada', renderMarkdown(pullRequest.body))}
${page.pushes.map(renderPush).join('\n')}
${posted.comments.map(comment => box(comment.author, renderMarkdown(comment.body), editedNote(comment))).join('\n')}
<section class="checks">${posted.checks.map(renderCheck).join('')}</section>
<p class="links">${page.links.map(link => `<a href="${escapeHtml(link.href)}">${escapeHtml(link.text)}</a>`).join(' · ')}</p>
</main>
</html>
`
}

// --- internal ---

const markdown = new MarkdownIt({ html: true, linkify: true })

function renderMarkdown(text: string): string {
  return markdown.render(text).replace(ALERT, (_, kind: string) => alertTitle(kind))
}

/** GitHub's alert boxes: a quote that begins with [!WARNING]. */
const ALERT = /<blockquote>\s*<p>\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*/g

function alertTitle(kind: string): string {
  const name = kind[0] + kind.slice(1).toLowerCase()
  return `<blockquote class="alert ${kind.toLowerCase()}"><p class="alert-title">${name}</p><p>`
}

function box(author: string, html: string, note = ''): string {
  const badge = author.endsWith('[bot]') ? ' <span class="bot">bot</span>' : ''
  const name = escapeHtml(author.replace(/\[bot\]$/, ''))
  return `<article><header><b>${name}</b>${badge} commented${note}</header><div class="body">${html}</div></article>`
}

function editedNote(comment: Posted['comments'][number]): string {
  return comment.updated === comment.created ? '' : ' · edited'
}

function renderPush({ head, message, diff }: PullRequestPage['pushes'][number]): string {
  return `<div class="push"><p><b>ada</b> pushed <code>${head.slice(0, 7)}</code> ${escapeHtml(message)}</p>
<pre>${diff.split('\n').map(renderDiffLine).join('\n')}</pre></div>`
}

function renderDiffLine(line: string): string {
  const kind = line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : 'same'
  return `<span class="${kind}">${escapeHtml(line)}</span>`
}

function renderCheck(check: Posted['checks'][number]): string {
  const state = check.conclusion ?? check.status
  const sign = { success: '✓', failure: '✕', neutral: '■', skipped: '⊘' }[state] ?? '●'
  return `<p class="check ${escapeHtml(state)}"><span class="sign">${sign}</span> <b>${escapeHtml(check.name)}</b>
<span class="title">${escapeHtml(state)} — ${escapeHtml(check.title)}</span></p>`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
