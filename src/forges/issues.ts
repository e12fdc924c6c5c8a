/** Issues of a repository that are ours: they have our label, and are found again by the hidden first line of their text. */
export interface Issues {
  /** All of them, open and closed, oldest first, whoever wrote them. An incomplete listing is an error. */
  list(label: string): Promise<Issue[]>
  create(issue: IssueText & { labels: readonly string[] }): Promise<Issue>
  update(number: number, change: IssueText & { state: Issue['state'] }): Promise<Issue>
}

export interface IssueText {
  title: string
  body: string
}

export interface Issue extends IssueText {
  number: number
  url: string
  state: 'open' | 'closed'
  author: string
}
