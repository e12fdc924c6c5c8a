const e=require("./start.js"),t=require("./project.js"),n=require("./metrics.js"),r=require("./errors.js"),i=require("./metrics-file.js"),a=require("./files.js"),o=require("./git.js"),s=require("./places.js"),c=require("./record.js"),l=require("./find-files.js"),u=require("./state.js"),d=require("./facts.js"),f=require("./watch-change.js");let p=require("node:fs"),m=require("node:path"),h=require("node:fs/promises");const g={commit:`15114924bb09c5fbc894850b5d2a4316f46a9ba2`,tag:`v0`};function _(e,{bot:t=!1}={}){let{path:n,text:r,textWithBot:i=r}=C[e];return{path:n,text:t?i:r}}function v(e,t){return Object.keys(C).find(t=>e.some(C[t].isItsOwn))??(t?.includes(`gitlab`)?`gitlab`:`github`)}const y=`name: model
on:
  pull_request:
permissions:
  contents: read
  pull-requests: write   # the comment
  checks: write          # the check on the commit
concurrency:
  group: assay-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  assay:
    runs-on: ubuntu-latest   # or the label of your GPU runner
    timeout-minutes: 360
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          fetch-depth: 0               # what is compared with must be there
          persist-credentials: false   # the code of the pull request runs below
      # Install here what your train and evaluate commands need.
      - uses: assay-ml/assay@${g.commit} # ${g.tag}
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        if: always()
        with:
          name: assay-result
          path: assay-result/
`,b=`name: model
on: pull_request
permissions: { contents: read }   # the bot writes comment and check
jobs:
  assay:
    runs-on: ubuntu-latest   # or the label of your GPU runner
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with: { fetch-depth: 0, persist-credentials: false }
      # Install here what your train and evaluate commands need.
      - uses: assay-ml/assay@${g.commit} # ${g.tag}
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        if: always()
        with:
          name: assay-result
          path: |
            assay-result/*/result.json
            assay-result/*/model-profile.json
`,x=`# The verdict shows in the widgets and the artifacts of the merge request. For the note too: a project access token (role
# Developer, scope api) as the masked variable ASSAY_TOKEN, because the job's own token may not write notes.
include:
  - remote: https://raw.githubusercontent.com/assay-ml/assay/${g.commit}/gitlab-component/templates/run.yml
    inputs:
      assay-version: '${g.commit}' # ${g.tag}
      job-image: node:24   # or one with what your train and evaluate commands need, git and Node 22 or newer
      job-tags: []         # the tags of your GPU runners

# Install here what the image lacks:
# assay:
#   before_script:
#     - pip install -r requirements.txt
`,S=`// Pull requests get their verdict. The default branch is trained and judged too, then packaged and promoted to staging.
// The library is ${g.tag}, by its commit: a tag can be moved.
library identifier: 'assay@${g.commit}', retriever: modernSCM(
  libraryPath: 'jenkins-shared-lib/',
  scm: [$class: 'GitSCMSource', remote: 'https://github.com/assay-ml/assay.git'])

assayPipeline(
  agent: '',                      // any agent with git and Node 22 or newer; or the label of your GPU agents
  credentialsId: 'assay-token')   // secret text: a token that may write comments, checks and the deploy repository
`,C={github:{path:`.github/workflows/assay.yml`,isItsOwn:e=>e.startsWith(`.github/`),text:y,textWithBot:b},gitlab:{path:`.gitlab-ci.yml`,isItsOwn:e=>e===`.gitlab-ci.yml`,text:x},jenkins:{path:`Jenkinsfile`,isItsOwn:e=>e===`Jenkinsfile`,text:S}};function w(e,{model:t=`churn`,deploy:n=`acme/deploy`}){return{path:D[e].path,text:D[e].text({model:t,deploy:n})}}function T(e){return D[e].next}const E=({model:e})=>`deploy/environments/production/${e}/model-profile.yaml`,D={github:{path:`.github/workflows/assay-drift.yml`,text:e=>`name: drift
on:
  schedule:
    - cron: '17 5 * * *'   # once a day: as long as the window of shift
  workflow_dispatch:
permissions:
  contents: read
  issues: write   # the issue about the model
concurrency:
  group: assay-drift
jobs:
  drift:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          persist-credentials: false
      # What serves, with the profile that it was accepted on. The token needs contents: read there and nothing else.
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          repository: ${e.deploy}
          path: deploy
          token: \${{ secrets.DEPLOY_READ_TOKEN }}
          persist-credentials: false
      # Your own: the rows of the last day as the model was given them, with what it answered.
      - run: ./recent-rows.sh recent.parquet
      - uses: assay-ml/assay@${g.commit} # ${g.tag}
        with:
          command: drift
          rows: recent.parquet
          profile: ${E(e)}
          environment: production
          issue: true
          # Where a collector counts live traffic, these in place of rows, profile and the two steps above:
          # model: ${e.model}
          # collector: https://collector.example.com   # with ASSAY_COLLECTOR_TOKEN in env
          # deploy-token: \${{ secrets.DEPLOY_READ_TOKEN }}
        env:
          ASSAY_SLACK_WEBHOOK: \${{ secrets.ASSAY_SLACK_WEBHOOK }}   # where it is not set, Slack is not told
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        if: always()
        with:
          name: assay-drift
          path: assay-result/drift.*
`,next:["write `recent-rows.sh`, which fetches the rows of the last day",`set the secret DEPLOY_READ_TOKEN, and ASSAY_SLACK_WEBHOOK where Slack is to be told`]},gitlab:{path:`.gitlab/assay-drift.yml`,text:e=>`include:
  - remote: https://raw.githubusercontent.com/assay-ml/assay/${g.commit}/gitlab-component/templates/drift.yml
    inputs:
      assay-version: '${g.commit}' # ${g.tag}
      rows: recent.parquet
      profile: ${E(e)}
      environment: production
      issue: true
      # Where a collector counts live traffic, these in place of rows, profile and the steps below, with ASSAY_COLLECTOR_TOKEN, and
      # ASSAY_DEPLOY_TOKEN to read the deploy project:
      # model: ${e.model}
      # collector: https://collector.example.com

assay-drift:
  before_script:
    # What serves, with the profile that it was accepted on: that project allows the job token of this one.
    - git clone --quiet --depth 1 "https://gitlab-ci-token:$CI_JOB_TOKEN@$CI_SERVER_HOST/${e.deploy}.git" deploy
    # Your own: the rows of the last day as the model was given them, with what it answered.
    - ./recent-rows.sh recent.parquet
`,next:["write `recent-rows.sh`, which fetches the rows of the last day","add to .gitlab-ci.yml: `include: [{ local: '.gitlab/assay-drift.yml' }]`",`in Build › Pipeline schedules make one for the default branch, once a day, with the variable ASSAY_DRIFT=1: with it nothing else of Assay runs there`,`for the issue have ASSAY_TOKEN, as merge requests have it: a project access token (role Developer, scope api), masked; and ASSAY_SLACK_WEBHOOK, masked and protected, where Slack is to be told`]},jenkins:{path:`Jenkinsfile-drift`,text:e=>`// A pipeline job of its own, with this file as its script path: once a day, as long as the window of shift is.
// The library is ${g.tag}, by its commit: a tag can be moved.
library identifier: 'assay@${g.commit}', retriever: modernSCM(
  libraryPath: 'jenkins-shared-lib/',
  scm: [$class: 'GitSCMSource', remote: 'https://github.com/assay-ml/assay.git'])

properties([pipelineTriggers([cron('H 5 * * *')]), disableConcurrentBuilds()])
node {   // any agent with git and Node 22 or newer
  def source = checkout(scm)
  // What serves, with the profile that it was accepted on: a key that may read there and nothing else.
  dir('deploy') { git(url: 'https://git.example.com/${e.deploy}.git', branch: 'main', credentialsId: 'deploy-read') }
  // Your own: the rows of the last day as the model was given them, with what it answered.
  sh './recent-rows.sh recent.parquet'
  withEnv(["GIT_COMMIT=\${source.GIT_COMMIT}", "GIT_URL=\${source.GIT_URL}"]) {
    withCredentials([string(credentialsId: 'assay-slack-webhook', variable: 'ASSAY_SLACK_WEBHOOK')]) {   // or leave it out
      assayDrift(
        rows: 'recent.parquet',
        profile: '${E(e)}',
        // Where a collector counts live traffic, in place of both: model: '${e.model}', collector: 'https://collector.example.com'
        environment: 'production',
        issue: true,
        credentialsId: 'assay-token')   // secret text: a token that may write issues
    }
  }
}
`,next:["write `recent-rows.sh`, which fetches the rows of the last day","make a pipeline job with the script path `Jenkinsfile-drift`, and the credentials that it names"]}};function O(t){let n=t.files.map(e.N),r=(...e)=>e.find(e=>n.includes(e)),i=r(`train.py`,`src/train.py`,`train.mjs`,`train.js`,`train.sh`),a=r(`evaluate.py`,`eval.py`,`src/evaluate.py`,`src/eval.py`,`evaluate.mjs`,`evaluate.js`),o=r(`dvc.yaml`),s=k(n),c=A(n),l=n.some(e=>e.startsWith(`champion/`)),u=e=>r(`package.json`)?`node ${e}.mjs`:`python ${e}.py`,d=V(t.columns,t.rows),f=c&&!n.some(j)&&t.metrics&&t.metrics.length>0?ee(t.metrics):M(s,d),p=[`model: ${R(L(t.name))}`,B(`train`,o&&!i?`dvc repro`:i&&z(i),u(`train`)),B(`evaluate`,a&&z(a),o&&!i?void 0:u(`evaluate`)),c?`metrics: ${R(c)}`:void 0,...f.read,`gates:`,`  # How much worse than the champion is still acceptable is your decision: change the margin.`,`  - metric: ${f.metric}`,`    not_worse_than: champion`,`    margin: 0.01`,l?`champion: champion`:`# champion: champion           # a folder with the same files, made by the model that serves now;`,`# champion:                    # or a command that evaluates it`,`#   run: ${a?z(a):u(`evaluate`)} --model champion`,r(`dvc.lock`)?`data: [dvc.lock]`:void 0];return{path:e.b,text:`${p.filter(e=>e!==void 0).join(`
`)}\n`}}function k(e){return I(e).find(j)}function A(e){return I(e).find(e=>/(metrics|scores)\.(json|ya?ml|csv)$/.test(e))}function j(e){return/predictions?\.(csv|tsv|parquet)$/.test(e)}function M(e,t){return{read:[`predictions:`,`  file: ${R(e??`predictions.csv`)}${e?``:`   # one row per test example: id, label, score`}`,...t.map(e=>`  ${e}`)],metric:t.includes(`task: regression`)?`mae`:t.some(e=>e.startsWith(`score`))?`roc_auc`:`accuracy`}}function ee(e){let[r]=[...e].sort((e,t)=>F(e)-F(t)),i=n.n(r)?.direction??te(r);return{read:[`directions: { ${R(r)}: ${i} }   # which way it improves`,`# One number has no interval, so a small change cannot be told from noise. With the rows it can:`,`# predictions: predictions.csv   # one row per test example: id, label, score`,...N(e.filter(t.d))],metric:R(r)}}function te(e){return/(loss|error|err|rmse|mse|mae|brier|ece|latency|duration|time)([_/@-]|$)/i.test(e)?`lower`:`higher`}function N([e]){return e===void 0?[]:[`# Or, for metrics that are shares of all test rows, with less power:`,`# rows: 2000                     # how many test rows there are`,`# proportions: [${R(e)}]`]}const P=[/auc/i,/(^|[/_-])(acc|accuracy)/i,/f1/i,/r2/i,/rmse/i,/mae/i,/loss/i];function F(e){let t=P.findIndex(t=>t.test(e));return(t<0?P.length:t)+(/train/i.test(e)?P.length+1:0)}function I(t){return t.map(e.N).filter(e=>!/^(champion|assay-result|assay-demo)\//.test(e))}function L(e){return e.replace(/[^A-Za-z0-9._-]+/g,`-`).replace(/^[^A-Za-z0-9]+/,``).slice(0,63)||`model`}function R(e){return/^[A-Za-z_][\w./-]*$/.test(e)&&!/^(true|false|null|yes|no|on|off|y|n)$/i.test(e)?e:JSON.stringify(e)}function z(e){return e.endsWith(`.py`)?`python ${e}`:e.endsWith(`.sh`)?`bash ${e}`:`node ${e}`}function B(e,t,n){return t?`${e}: ${t}`:n&&`${e}: ${n}   # change to your command`}function V(e,t=[]){let n=(...t)=>e?.find(e=>t.includes(e.toLowerCase())),r=n(`score`,`proba`,`probability`,`y_score`,`y_proba`,`pred_proba`),i=n(`prediction`,`pred`,`y_pred`,`predicted`),a=[`id: ${R(n(`id`,`row_id`,`index`,`example_id`)??`id`)}`,`label: ${R(n(`label`,`target`,`y`,`y_true`)??`label`)}`];(r||!i)&&a.push(`score: ${R(r??`score`)}`),i&&a.push(`prediction: ${R(i)}`);let o=t.map(t=>t[e.indexOf(i)]??``);return i&&!r&&o.some(e=>/^-?\d*\.\d*[1-9]\d*$/.test(e))&&a.push(`task: regression`),a}async function H(e,{dryRun:t}){if(!(0,p.existsSync)((0,m.join)(e,`assay-deploy.yml`)))throw new r.t({code:`DEPLOY_CONFIG_MISSING`,title:`This is no deploy repository`,problems:[{what:`there is no ${u.S}`,fix:`run it in a clone of the deploy repository`}]});let n=t=>W(e,t),i=u.s((await n([u.S])).get(u.S)),{files:a}=await l.t(e,e=>e===c.r,U),[o,h]=[s.d(i),u.i(i)],g=[];for(let{path:r}of a){let i=o(r),a=i&&h(i);if(!i||!a?.environment.watch)continue;let s=await n([a.recordFile,f.i(a),...u.r(a)]),c=d.r(s.get(a.recordFile),a.recordFile,i.model);if(!c)continue;let l=s.get(f.i(a)),p=f.n(l,c.profile?.hash)?{path:f.i(a),after:l}:void 0,{shown:m,hidden:_,told:v}=await f.t({readFiles:(e,t)=>n(t)},{place:a,to:c},{texts:s,changes:[],profile:p},``),y=[...m,..._].filter(({before:e,after:t})=>e!==t);t||await G(e,y),g.push({...i,files:y.map(e=>e.path),notes:v?.notes??[]})}return g}const U={depth:12,most:5e4};async function W(e,t){let n=/* @__PURE__ */ new Map;for(let i of new Set(t))try{let{bytes:t}=await a.r(e,i,{maxBytes:1048576,input:`manifest`});n.set(i,Buffer.from(t).toString(`utf8`))}catch(e){if(!r.n(e,`FILE_NOT_FOUND`))throw e;n.set(i,void 0)}return n}async function G(e,t){for(let{path:n,after:r}of t)r===void 0?await(0,h.rm)((0,m.join)(e,n)):await(0,h.writeFile)((0,m.join)(e,n),r)}async function K(e,t){if(t.watch)return q(e,t);let n=await Z(e.folder),r=await o.n(e.folder,{env:e.env}),i=t.ci??(t.bot?`github`:v(n,await r?.remoteUrl()));if(t.drift)return J(e,t,i);let a=[O({name:(0,m.basename)(e.folder),files:n,...await ne(e.folder,n),metrics:await re(e.folder,n)}),_(i,{bot:t.bot})],s=[];for(let n of a)s.push(await Q(e.folder,n,t));return s.push(``,"Next: look at both files, then run `assay check`."),{exitCode:0,text:s.join(`
`),json:{ci:i,files:a},outputs:{}}}async function q({folder:e},t){let n=t[`dry-run`],r=await H(e,{dryRun:n}),i=r.flatMap(({model:e,environment:t,files:r,notes:i})=>[`${e} in ${t}: ${r.length===0?`as it is asked for`:`${n?`would write`:`wrote`} ${r.join(`, `)}`}`,...i.map(e=>`  ! ${e}`)]),a=r.some(({files:e})=>e.length>0);return r.length===0?i.push("Nothing that serves has a `watch` in assay-deploy.yml: docs/watching.md says what may stand there."):a&&!n&&i.push(``,"Next: look at `git diff`, and propose it as one pull request."),{exitCode:0,text:i.join(`
`),json:{places:r},outputs:{}}}async function J({folder:e},t,n){let r=w(n,await Y(e));return{exitCode:0,text:[await Q(e,r,t),``,`Next:`,...T(n).map((e,t)=>`${t+1}. ${e[0].toUpperCase()}${e.slice(1)}.`),``,`docs/commands/drift.md says what it does, and how it may have the model trained anew.`].join(`
`),json:{ci:n,files:[r]},outputs:{}}}async function Y(n){let i={model:void 0,deploy:void 0};if(!(0,p.existsSync)((0,m.join)(n,`assay.yml`)))return i;try{let{bytes:r}=await a.r(n,e.b,{maxBytes:X}),[i]=Object.entries(t.l(new TextDecoder().decode(r),e.b).config.models),o=i?.[1].deploy?.repository;return{model:i?.[0],deploy:o!==void 0&&e.c(o)?o:void 0}}catch(e){if(r.n(e,`CONFIG_INVALID`,`FILE_REFUSED`,`FILE_TOO_LARGE`))return i;throw e}}const X=1048576;async function Z(e){let t=[],n=/* @__PURE__ */ new Set([`node_modules`,`.git`,`.venv`,`venv`,`__pycache__`]),r=async(i,a)=>{for(let o of await(0,h.readdir)((0,m.join)(e,i),{withFileTypes:!0})){if(n.has(o.name)||t.length>5e3)continue;let e=i===``?o.name:`${i}/${o.name}`;o.isDirectory()&&a<2?await r(e,a+1):o.isFile()&&t.push(e)}};return await r(``,0),t}async function ne(e,t){let n=k(t);if(!n||n.endsWith(`.parquet`))return{};let r=await(0,h.open)((0,m.join)(e,n));try{let{buffer:e,bytesRead:t}=await r.read(Buffer.alloc(4096),0,4096,0),i=new TextDecoder().decode(e.subarray(0,t)).split(/\r?\n/),a=e=>e.split(n.endsWith(`.tsv`)?`	`:`,`).map(e=>e.replace(/^"|"$/g,``));return{columns:a(i[0]??``),rows:i.slice(1,-1).map(a)}}finally{await r.close()}}async function re(e,t){let n=A(t);if(n)try{let{bytes:t}=await a.r(e,n,{maxBytes:1048576});return[...i.n(t,n).metrics.keys()]}catch(e){if(r.n(e,`METRICS_INVALID`,`FILE_NOT_FOUND`,`FILE_REFUSED`,`FILE_TOO_LARGE`))return;throw e}}async function Q(e,t,n){let r=(0,m.join)(e,t.path),i=(0,p.existsSync)(r);return i&&!n.force?`${t.path} exists and was left as it is.${t.path===`assay.yml`?``:` To add by hand:\n\n${$(t.text)}`}`:n[`dry-run`]?`Would write ${t.path}:\n\n${$(t.text)}`:(await(0,h.mkdir)((0,m.dirname)(r),{recursive:!0}),await(0,h.writeFile)(r,t.text),`Wrote ${t.path}${i?` (it existed)`:``}`)}function $(e){return e.replace(/^(?=.)/gm,`    `)}exports.run=K;