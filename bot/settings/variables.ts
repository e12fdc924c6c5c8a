/** Every variable that the bot is set up by, and what it is: the table in docs/bot.md is made of it. */
export const VARIABLES = {
  ASSAY_BOT_APP_ID: 'Id of the GitHub App, or its client id.',
  ASSAY_BOT_PRIVATE_KEY: 'Private key of the App, in PEM; line ends may be written `\\n`.',
  ASSAY_BOT_PRIVATE_KEY_FILE: 'File that holds it, in place of the variable.',
  ASSAY_BOT_WEBHOOK_SECRET: 'Secret of the App’s webhook, at least 16 bytes that nobody can guess.',
  ASSAY_BOT_WEBHOOK_SECRET_2: 'A second one, which is taken too while they are exchanged.',
  ASSAY_BOT_GITHUB_API_URL:
    'API of a GitHub Enterprise Server: https, or plain http on this machine or inside the cluster. Default `https://api.github.com`.',
  ASSAY_BOT_GITHUB_URL: 'Its pages. Default the host of the API.',
  ASSAY_BOT_GITLAB_URL:
    'Address of GitLab: https, or plain http on this machine or inside the cluster. Default `https://gitlab.com`.',
  ASSAY_BOT_GITLAB_TOKEN:
    'Access token of the group, or of a user who is the bot: scope `api`, role Developer.',
  ASSAY_BOT_GITLAB_SIGNING_TOKEN: 'Signing token of the hooks, `whsec_…` (GitLab 19.0 and later).',
  ASSAY_BOT_GITLAB_HOOK_TOKEN:
    'Secret token of the hooks, where there are no signing tokens. Not taken where one is set.',
  ASSAY_BOT_PAGE_URL:
    'Address that people open the page at, as `https://assay.example.com`, where they sign in with GitHub or GitLab.',
  ASSAY_BOT_CLIENT_SECRET: 'Client secret of the App, for people who sign in with GitHub.',
  ASSAY_BOT_GITLAB_CLIENT_ID: 'Id of an application of GitLab, for people who sign in with GitLab.',
  ASSAY_BOT_GITLAB_CLIENT_SECRET: 'Its secret.',
  ASSAY_BOT_PAGE_USER_HEADER:
    'Header in which a proxy that signs people in tells their login on GitHub, as `X-Forwarded-User`.',
  ASSAY_BOT_PAGE_PROXY_SECRET: 'What that proxy sends in `X-Assay-Proxy-Secret`, so that nobody else can.',
  ASSAY_BOT_WATCH_URL:
    'Address of `assay watch`, whose verdicts on live traffic the page shows: https, or plain http on this machine or inside the cluster.',
  ASSAY_BOT_WATCH_REPOSITORY:
    'The deploy repository that it looks at, as `acme/deploy` (`gitlab:group/deploy` where the bot serves both forges): who may not read it sees nothing of this.',
  ASSAY_BOT_WATCH_TOKEN: 'A token of its `--tokens`: it goes to that address, and nowhere else.',
  ASSAY_BOT_WATCH_PAGE_URL: 'Where people open it. Default: the same address.',
  ASSAY_BOT_ALERT_TOKENS:
    'Who may send alerts: `token=owner/name:model,…`, with the repository that each model is trained in (`gitlab:group/name:model` where the bot serves both forges); blanks between several.',
  ASSAY_BOT_SLACK_TOKEN:
    'Bot token of an app in Slack, scope `chat:write`: an alert gets a thread. With the channel.',
  ASSAY_BOT_SLACK_CHANNEL: 'Id of the channel, `C…`, that the app was invited to.',
  ASSAY_BOT_SLACK_API_URL: 'Where the token goes, and nowhere else. Default `https://slack.com/api`.',
  ASSAY_BOT_SLACK_WEBHOOK:
    'An incoming webhook in place of both: one message when an alert begins and one when it is over.',
  ASSAY_BOT_SLACK_ON_CALL:
    'Who is called in Slack where something is broken: a person `U…`, a group `S…`, or `here`.',
  HOST: 'Address that is listened on. Default `0.0.0.0`.',
  PORT: 'Port of the hooks. Default 3000.',
  METRICS_PORT: 'Port of `/metrics`. Without it there are none.',
} as const

export type Variable = keyof typeof VARIABLES
