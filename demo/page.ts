import MarkdownIt from 'markdown-it'
import { PAGE_STYLE } from './page-style.ts'
import type { PullRequest } from './pull-request.ts'

/** What the page shows: a pull request as GitHub would, at one moment. */
export interface PullRequestPage {
  pullRequest: PullRequest
  /** Commits, oldest first. Without a difference the whole message is shown. */
  pushes: { author: string; head: string; message: string; diff?: string }[]
  /** What it waits for, beside its checks. */
  waits?: string
  /** Files to look at next, relative to the page. */
  links: { text: string; href: string }[]
}

/** One self-contained HTML page. The comment's own HTML is kept: it is the report that this repository writes. */
export function renderPage({ pullRequest, pushes, waits, links }: PullRequestPage): string {
  const { repository, number, title, author, state, base, branch, body, labels, comments, checks } =
    pullRequest
  const waiting =
    waits === undefined ? '' : `<p class="check pending"><span class="sign">●</span> ${waits}</p>`
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · ${escapeHtml(repository)} #${number}</title>
<style>${PAGE_STYLE}</style>
<main>
<p class="where">${escapeHtml(repository)}</p>
<h1>${escapeHtml(title)} <span class="number">#${number}</span></h1>
<p class="into"><span class="${state}">${state[0]!.toUpperCase()}${state.slice(1)}</span> ${nameOf(author)} wants to merge into <code>${escapeHtml(base)}</code> from <code>${escapeHtml(branch)}</code>
${labels.map(label => `<span class="label">${escapeHtml(label)}</span>`).join(' ')}</p>
${box(author, renderMarkdown(body))}
${pushes.map(renderPush).join('\n')}
${comments.map(comment => box(comment.author, renderMarkdown(comment.body), comment.edited ? ' · edited' : '')).join('\n')}
<section class="checks">${checks.map(renderCheck).join('')}${waiting}</section>
<p class="links">${links.map(link => `<a href="${escapeHtml(link.href)}">${escapeHtml(link.text)}</a>`).join(' · ')}</p>
</main>
</html>
`
}

// --- internal ---

const markdown = new MarkdownIt({
  html: true,
  linkify: true,
  // Anything else is left to the library, which escapes it.
  highlight: (text, language) =>
    language === 'diff' ? text.trimEnd().split('\n').map(renderDiffLine).join('\n') : '',
})

function renderMarkdown(text: string): string {
  const html = markdown.render(text).replace(ALERT, (_, kind: string) => alertTitle(kind))
  // On a narrow page these scroll on their own, and a key must reach them.
  return html.replace(/<(table|pre)>/g, '<$1 tabindex="0">')
}

/** GitHub's alert boxes: a quote that begins with [!WARNING]. */
const ALERT = /<blockquote>\s*<p>\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*/g

function alertTitle(kind: string): string {
  const name = kind[0] + kind.slice(1).toLowerCase()
  return `<blockquote class="alert ${kind.toLowerCase()}"><p class="alert-title">${name}</p><p>`
}

function box(author: string, html: string, note = ''): string {
  return `<article><h2>${nameOf(author)} commented${note}</h2><div class="body">${html}</div></article>`
}

function nameOf(author: string): string {
  const badge = author.endsWith('[bot]') ? ' <span class="bot">bot</span>' : ''
  return `<b>${escapeHtml(author.replace(/\[bot\]$/, ''))}</b>${badge}`
}

function renderPush({ author, head, message, diff }: PullRequestPage['pushes'][number]): string {
  const subject = message.split('\n', 1)[0]!
  const shown = diff === undefined ? escapeHtml(message) : diff.split('\n').map(renderDiffLine).join('\n')
  return `<div class="push"><p>${nameOf(author)} pushed <code>${head.slice(0, 7)}</code> ${escapeHtml(subject)}</p>
<pre tabindex="0">${shown}</pre></div>`
}

function renderDiffLine(line: string): string {
  const kind = line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : 'same'
  return `<span class="${kind}">${escapeHtml(line)}</span>`
}

function renderCheck({ name, state, title }: PullRequest['checks'][number]): string {
  const sign = { success: '✓', failure: '✕', neutral: '■', skipped: '⊘' }[state] ?? '●'
  return `<p class="check ${escapeHtml(state)}"><span class="sign">${sign}</span> <b>${escapeHtml(name)}</b>
<span class="title">${escapeHtml(state)} — ${escapeHtml(title)}</span></p>`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
