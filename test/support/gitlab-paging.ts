import type { Said } from './gitlab-double.ts'

/** One page of a list, with GitLab's headers. https://docs.gitlab.com/api/rest/#pagination */
export function paged(items: readonly unknown[], query: URLSearchParams, address: string): Said {
  const size = Number(query.get('per_page') ?? 20)
  const page = Number(query.get('page') ?? 1)
  const pages = Math.max(1, Math.ceil(items.length / size))
  const link = (to: number, relation: string) => {
    const next = new URLSearchParams(query)
    next.set('page', String(to))
    next.set('per_page', String(size))
    return `<https://gitlab.example.com${address}?${next}>; rel="${relation}"`
  }
  const links = [...(page < pages ? [link(page + 1, 'next')] : []), link(1, 'first'), link(pages, 'last')]
  const headers = {
    link: links.join(', '),
    'x-page': String(page),
    'x-per-page': String(size),
    'x-next-page': page < pages ? String(page + 1) : '',
    'x-prev-page': page > 1 ? String(page - 1) : '',
    'x-total': String(items.length),
    'x-total-pages': String(pages),
  }
  return { status: 200, body: items.slice((page - 1) * size, page * size), headers }
}
