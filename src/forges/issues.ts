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
  author: IssueAuthor
}

export interface IssueAuthor {
  id: number
  login: string
  /** An app that was installed, or what runs in the repository's own CI: nobody can call an account of theirs so. */
  isApp: boolean
}
