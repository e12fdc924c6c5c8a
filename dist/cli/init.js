const e=require("./start.js"),t=require("./project.js"),n=require("./files.js"),r=require("./errors.js"),i=require("./metrics-file.js"),a=require("./git.js"),o=require("./places.js"),s=require("./record.js"),c=require("./find-files.js"),l=require("./state.js"),u=require("./facts.js"),d=require("./watch-change.js");let f=require("node:fs"),p=require("node:path"),m=require("node:fs/promises");const h={commit:`86ed14fc4571d0f55a92bd28933489ec884bdff0`,tag:`v0`};function g(e,{bot:t=!1}={}){let{path:n,text:r,textWithBot:i=r}=x[e];return{path:n,text:t?i:r}}function _(e,t){return Object.keys(x).find(t=>e.some(x[t].isItsOwn))??(t?.includes(`gitlab`)?`gitlab`:`github`)}const v=`name: model
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
      - uses: assay-ml/assay@${h.commit} # ${h.tag}
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        if: always()
        with:
          name: assay-result
          path: assay-result/
`,y=`name: model
on: pull_request
permissions: { contents: read }   # the bot writes comment and check
jobs:
  assay:
    runs-on: ubuntu-latest   # or the label of your GPU runner
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with: { fetch-depth: 0, persist-credentials: false }
      # Install here what your train and evaluate commands need.
      - uses: assay-ml/assay@${h.commit} # ${h.tag}
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        if: always()
        with:
          name: assay-result
          path: |
            assay-result/*/result.json
            assay-result/*/model-profile.json
`,ee=`# The verdict shows in the widgets and the artifacts of the merge request. For the note too: a project access token (role
# Developer, scope api) as the masked variable ASSAY_TOKEN, because the job's own token may not write notes.
include:
  - remote: https://raw.githubusercontent.com/assay-ml/assay/${h.commit}/gitlab-component/templates/run.yml
    inputs:
      assay-version: '${h.commit}' # ${h.tag}
      job-image: node:24   # or one with what your train and evaluate commands need, git and Node 22 or newer
      job-tags: []         # the tags of your GPU runners

# Install here what the image lacks:
# assay:
#   before_script:
#     - pip install -r requirements.txt
`,b=`// Pull requests get their verdict. The default branch is trained and judged too, then packaged and promoted to staging.
// The library is ${h.tag}, by its commit: a tag can be moved.
library identifier: 'assay@${h.commit}', retriever: modernSCM(
  libraryPath: 'jenkins-shared-lib/',
  scm: [$class: 'GitSCMSource', remote: 'https://github.com/assay-ml/assay.git'])

assayPipeline(
  agent: '',                      // any agent with git and Node 22 or newer; or the label of your GPU agents
  credentialsId: 'assay-token')   // secret text: a token that may write comments, checks and the deploy repository
`,x={github:{path:`.github/workflows/assay.yml`,isItsOwn:e=>e.startsWith(`.github/`),text:v,textWithBot:y},gitlab:{path:`.gitlab-ci.yml`,isItsOwn:e=>e===`.gitlab-ci.yml`,text:ee},jenkins:{path:`Jenkinsfile`,isItsOwn:e=>e===`Jenkinsfile`,text:b}};function S(e,t){let n=(t.length>0?t:[{model:void 0,deploy:void 0}]).map(({model:e=`churn`,deploy:t=`acme/deploy`})=>({model:e,deploy:t}));return{path:M[e].path,text:M[e].text(n)}}function C(e,t){return[`write \`recent-rows.sh\`, which fetches the rows of the last day${t>1?` of the model that it is given first`:``}`,...M[e].next]}const w=({model:e})=>`deploy/environments/production/${e}/model-profile.yaml`;function te(e){let[t,...n]=e;if(n.length===0)return T(t,{strategy:``,rows:``,name:``});let r=e.map(({model:e,deploy:t})=>`          - { model: '${e}', deploy: '${t}' }\n`),i={model:"${{ matrix.model }}",deploy:"${{ matrix.deploy }}"};return T(i,{strategy:`    strategy:\n      fail-fast: false\n      matrix:\n        include:\n${r.join(``)}`,rows:`"$MODEL" `,name:`-${i.model}`})}const T=(e,{strategy:t,rows:n,name:r})=>`name: drift
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
${t}    runs-on: ubuntu-latest
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
      - run: ./recent-rows.sh ${n}recent.parquet
${n===``?``:`        env: { MODEL: '${e.model}' }\n`}      - uses: assay-ml/assay@${h.commit} # ${h.tag}
        with:
          command: drift
          rows: recent.parquet
          profile: ${w(e)}
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
          name: assay-drift${r}
          path: assay-result/drift.*
`;function E(e){let t=e.map(t=>({...t,job:e.length>1?`assay-drift-${t.model}`:`assay-drift`,rows:e.length>1?`${t.model} `:``}));return`include:
${t.map(D).join(``)}
${t.map(O).join(`
`)}`}const D=({job:e,rows:t,...n})=>`  - remote: https://raw.githubusercontent.com/assay-ml/assay/${h.commit}/gitlab-component/templates/drift.yml
    inputs:
${t===``?``:`      job-name: ${e}\n`}      assay-version: '${h.commit}' # ${h.tag}
      rows: recent.parquet
      profile: ${w(n)}
      environment: production
      issue: true
      # Where a collector counts live traffic, these in place of rows, profile and the steps below, with ASSAY_COLLECTOR_TOKEN, and
      # ASSAY_DEPLOY_TOKEN to read the deploy project:
      # model: ${n.model}
      # collector: https://collector.example.com
`,O=({job:e,rows:t,deploy:n})=>`${e}:
  before_script:
    # What serves, with the profile that it was accepted on: that project allows the job token of this one.
    - git clone --quiet --depth 1 "https://gitlab-ci-token:$CI_JOB_TOKEN@$CI_SERVER_HOST/${n}.git" deploy
    # Your own: the rows of the last day as the model was given them, with what it answered.
    - ./recent-rows.sh ${t}recent.parquet
`,k=`// A pipeline job of its own, with this file as its script path: once a day, as long as the window of shift is.
// The library is ${h.tag}, by its commit: a tag can be moved.
library identifier: 'assay@${h.commit}', retriever: modernSCM(
  libraryPath: 'jenkins-shared-lib/',
  scm: [$class: 'GitSCMSource', remote: 'https://github.com/assay-ml/assay.git'])

properties([pipelineTriggers([cron('H 5 * * *')]), disableConcurrentBuilds()])
node {   // any agent with git and Node 22 or newer
  def source = checkout(scm)
`;function A(e){let[t,...n]=e;if(n.length===0)return`${k}${j(t,{quote:`'`,rows:`sh './recent-rows.sh recent.parquet'`,more:``})}}
`;let r=e.map(({model:e,deploy:t})=>`[model: '${e}', deploy: '${t}']`),i=j({model:"${one.model}",deploy:"${one.deploy}"},{quote:`"`,rows:`withEnv(["MODEL=\${one.model}"]) { sh './recent-rows.sh "$MODEL" recent.parquet' }`,more:`        output: "assay-result/\${one.model}",
`});return`${k}  for (one in [
    ${r.join(`,
    `)}
  ]) {
    stage(one.model) {
      // One that is critical keeps no other from being looked at.
      catchError(buildResult: 'FAILURE', stageResult: 'FAILURE') {
        dir('deploy') { deleteDir() }
${i.replaceAll(/^(?=.)/gm,`      `)}      }
    }
  }
}
`}const j=(e,{quote:t,rows:n,more:r})=>`  // What serves, with the profile that it was accepted on: a key that may read there and nothing else.
  dir('deploy') { git(url: ${t}https://git.example.com/${e.deploy}.git${t}, branch: 'main', credentialsId: 'deploy-read') }
  // Your own: the rows of the last day as the model was given them, with what it answered.
  ${n}
  withEnv(["GIT_COMMIT=\${source.GIT_COMMIT}", "GIT_URL=\${source.GIT_URL}"]) {
    withCredentials([string(credentialsId: 'assay-slack-webhook', variable: 'ASSAY_SLACK_WEBHOOK')]) {   // or leave it out
      assayDrift(
        rows: 'recent.parquet',
        profile: ${t}${w(e)}${t},
        // Where a collector counts live traffic, in place of both: model: ${t}${e.model}${t}, collector: 'https://collector.example.com'
        environment: 'production',
        issue: true,
${r}        credentialsId: 'assay-token')   // secret text: a token that may write issues
    }
  }
`,M={github:{path:`.github/workflows/assay-drift.yml`,text:te,next:[`set the secret DEPLOY_READ_TOKEN, and ASSAY_SLACK_WEBHOOK where Slack is to be told`]},gitlab:{path:`.gitlab/assay-drift.yml`,text:E,next:["add to .gitlab-ci.yml: `include: [{ local: '.gitlab/assay-drift.yml' }]`",`in Build › Pipeline schedules make one for the default branch, once a day, with the variable ASSAY_DRIFT=1: with it nothing else of Assay runs there`,`for the issue have ASSAY_TOKEN, as merge requests have it: a project access token (role Developer, scope api), masked; and ASSAY_SLACK_WEBHOOK, masked and protected, where Slack is to be told`]},jenkins:{path:`Jenkinsfile-drift`,text:A,next:["make a pipeline job with the script path `Jenkinsfile-drift`, and the credentials that it names"]}};function ne(t){let n=t.files.map(e.U),r=(...e)=>e.find(e=>n.includes(e)),i=r(`train.py`,`src/train.py`,`train.mjs`,`train.js`,`train.sh`),a=r(`evaluate.py`,`eval.py`,`src/evaluate.py`,`src/eval.py`,`evaluate.mjs`,`evaluate.js`),o=r(`dvc.yaml`),s=N(n),c=P(n,t.pipeline),l=n.some(e=>e.startsWith(`champion/`)),u=e=>r(`package.json`)?`node ${e}.mjs`:`python ${e}.py`,d=q(t.columns,t.rows),f=c&&!n.some(F)&&t.metrics&&t.metrics.length>0?L(t.metrics):I(s,d),p=[`model: ${W(U(t.name))}`,K(`train`,o&&!i?`dvc repro`:i&&G(i),u(`train`)),K(`evaluate`,a&&G(a),o&&!i?void 0:u(`evaluate`)),c?`metrics: ${W(c)}`:void 0,...f.read,`gates:`,`  # How much worse than the champion is still acceptable is your decision: change the margin.`,`  - metric: ${f.metric}`,`    not_worse_than: champion`,`    margin: 0.01`,l?`champion: champion`:`# champion: champion           # a folder with the same files, made by the model that serves now;`,`# champion:                    # or a command that evaluates it`,`#   run: ${a?G(a):u(`evaluate`)} --model champion`,r(`dvc.lock`)?`data: [dvc.lock]`:void 0,t.pipeline?.params[0]?`parameters: ${W(t.pipeline.params[0])}`:void 0,r(`dvc.lock`)?"# dvc: { pull: true }          # `dvc pull` before training; or a list of what training needs":void 0];return{path:e.x,text:`${p.filter(e=>e!==void 0).join(`
`)}\n`}}function N(e){return H(e).find(F)}function P(t,n){let[r]=n?e.L(n,!0):[];return r??H(t).find(e=>/(metrics|scores)\.(json|ya?ml|csv)$/.test(e))}function F(e){return/predictions?\.(csv|tsv|parquet)$/.test(e)}function I(e,t){return{read:[`predictions:`,`  file: ${W(e??`predictions.csv`)}${e?``:`   # one row per test example: id, label, score`}`,...t.map(e=>`  ${e}`)],metric:t.includes(`task: regression`)?`mae`:t.some(e=>e.startsWith(`score`))?`roc_auc`:`accuracy`}}function L(e){let[r]=[...e].sort((e,t)=>V(e)-V(t)),i=n.c(r)?.direction??R(r);return{read:[`directions: { ${W(r)}: ${i} }   # which way it improves`,`# One number has no interval, so a small change cannot be told from noise. With the rows it can:`,`# predictions: predictions.csv   # one row per test example: id, label, score`,...z(e.filter(t.f))],metric:W(r)}}function R(e){return/(loss|error|err|rmse|mse|mae|brier|ece|latency|duration|time)([_/@-]|$)/i.test(e)?`lower`:`higher`}function z([e]){return e===void 0?[]:[`# Or, for metrics that are shares of all test rows, with less power:`,`# rows: 2000                     # how many test rows there are`,`# proportions: [${W(e)}]`]}const B=[/auc/i,/(^|[/_-])(acc|accuracy)/i,/f1/i,/r2/i,/rmse/i,/mae/i,/loss/i];function V(e){let t=B.findIndex(t=>t.test(e));return(t<0?B.length:t)+(/train/i.test(e)?B.length+1:0)}function H(t){return t.map(e.U).filter(e=>!/^(champion|assay-result|assay-demo)\//.test(e))}function U(e){return e.replace(/[^A-Za-z0-9._-]+/g,`-`).replace(/^[^A-Za-z0-9]+/,``).slice(0,63)||`model`}function W(e){return/^[A-Za-z_][\w./-]*$/.test(e)&&!/^(true|false|null|yes|no|on|off|y|n)$/i.test(e)?e:JSON.stringify(e)}function G(e){return e.endsWith(`.py`)?`python ${e}`:e.endsWith(`.sh`)?`bash ${e}`:`node ${e}`}function K(e,t,n){return t?`${e}: ${t}`:n&&`${e}: ${n}   # change to your command`}function q(e,t=[]){let n=(...t)=>e?.find(e=>t.includes(e.toLowerCase())),r=n(`score`,`proba`,`probability`,`y_score`,`y_proba`,`pred_proba`),i=n(`prediction`,`pred`,`y_pred`,`predicted`),a=[`id: ${W(n(`id`,`row_id`,`index`,`example_id`)??`id`)}`,`label: ${W(n(`label`,`target`,`y`,`y_true`)??`label`)}`];(r||!i)&&a.push(`score: ${W(r??`score`)}`),i&&a.push(`prediction: ${W(i)}`);let o=t.map(t=>t[e.indexOf(i)]??``);return i&&!r&&o.some(e=>/^-?\d*\.\d*[1-9]\d*$/.test(e))&&a.push(`task: regression`),a}async function J(e,{dryRun:t}){if(!(0,f.existsSync)((0,p.join)(e,`assay-deploy.yml`)))throw new r.t({code:`DEPLOY_CONFIG_MISSING`,title:`This is no deploy repository`,problems:[{what:`there is no ${l.k}`,fix:`run it in a clone of the deploy repository`}]});let n=t=>X(e,t),i=l.s((await n([l.k])).get(l.k)),{files:a}=await c.t(e,e=>e===s.r,Y),[m,h]=[o.d(i),l.i(i)],g=[];for(let{path:r}of a){let i=m(r),a=i&&h(i);if(!i||!a?.environment.watch)continue;let o=await n([a.recordFile,d.a(a),...l.r(a)]),s=u.n(o.get(a.recordFile),a.recordFile,i.model);if(!s)continue;let c=o.get(d.a(a)),f=d.n(c,s.profile?.hash)?{path:d.a(a),after:c}:void 0,{shown:p,hidden:_,told:v}=await d.t({readFiles:(e,t)=>n(t)},{place:a,to:s},{texts:o,changes:[],profile:f},``),y=[...p,..._].filter(({before:e,after:t})=>e!==t);t||await re(e,y),g.push({...i,files:y.map(e=>e.path),notes:v?.notes??[]})}return g}const Y={depth:12,most:5e4};async function X(e,t){let i=/* @__PURE__ */ new Map;for(let a of new Set(t))try{let{bytes:t}=await n.i(e,a,{maxBytes:1048576,input:`manifest`});i.set(a,Buffer.from(t).toString(`utf8`))}catch(e){if(!r.n(e,`FILE_NOT_FOUND`))throw e;i.set(a,void 0)}return i}async function re(e,t){for(let{path:n,after:r}of t)r===void 0?await(0,m.rm)((0,p.join)(e,n)):await(0,m.writeFile)((0,p.join)(e,n),r)}async function ie(n,r){if(r.watch)return ae(n,r);let i=await Z(n.folder),o=await a.n(n.folder,{env:n.env}),s=r.ci??(r.bot?`github`:_(i,await o?.remoteUrl()));if(r.drift)return oe(n,r,s);let c=await t.l(n.folder,`dvc.yaml`),l=c===void 0?void 0:e.R(c),u=[ne({name:(0,p.basename)(n.folder),files:i,...await le(n.folder,i),metrics:await ue(n.folder,i,l),...l&&{pipeline:l}}),g(s,{bot:r.bot})],d=[];for(let e of u)d.push(await Q(n.folder,e,r));return d.push(``,"Next: look at both files, then run `assay check`."),{exitCode:0,text:d.join(`
`),json:{ci:s,files:u},outputs:{}}}async function ae({folder:e},t){let n=t[`dry-run`],r=await J(e,{dryRun:n}),i=r.flatMap(({model:e,environment:t,files:r,notes:i})=>[`${e} in ${t}: ${r.length===0?`as it is asked for`:`${n?`would write`:`wrote`} ${r.join(`, `)}`}`,...i.map(e=>`  ! ${e}`)]),a=r.some(({files:e})=>e.length>0);return r.length===0?i.push("Nothing that serves has a `watch` in assay-deploy.yml: docs/watching.md says what may stand there."):a&&!n&&i.push(``,"Next: look at `git diff`, and propose it as one pull request."),{exitCode:0,text:i.join(`
`),json:{places:r},outputs:{}}}async function oe({folder:e},t,n){let r=await se(e),i=S(n,r);return{exitCode:0,text:[await Q(e,i,t),``,`Next:`,...C(n,r.length).map((e,t)=>`${t+1}. ${e[0].toUpperCase()}${e.slice(1)}.`),``,`docs/commands/drift.md says what it does, and how it may have the model trained anew.`].join(`
`),json:{ci:n,files:[i]},outputs:{}}}async function se(i){if(!(0,f.existsSync)((0,p.join)(i,`assay.yml`)))return[];try{let{bytes:r}=await n.i(i,e.x,{maxBytes:ce}),{models:a}=t.u(new TextDecoder().decode(r),e.x).config;return Object.entries(a).map(([t,{deploy:n}])=>({model:t,deploy:n&&e.l(n.repository)?n.repository:void 0}))}catch(e){if(r.n(e,`CONFIG_INVALID`,`FILE_REFUSED`,`FILE_TOO_LARGE`))return[];throw e}}const ce=1048576;async function Z(e){let t=[],n=/* @__PURE__ */ new Set([`node_modules`,`.git`,`.venv`,`venv`,`__pycache__`]),r=async(i,a)=>{for(let o of await(0,m.readdir)((0,p.join)(e,i),{withFileTypes:!0})){if(n.has(o.name)||t.length>5e3)continue;let e=i===``?o.name:`${i}/${o.name}`;o.isDirectory()&&a<2?await r(e,a+1):o.isFile()&&t.push(e)}};return await r(``,0),t}async function le(e,t){let n=N(t);if(!n||n.endsWith(`.parquet`))return{};let r=await(0,m.open)((0,p.join)(e,n));try{let{buffer:e,bytesRead:t}=await r.read(Buffer.alloc(4096),0,4096,0),i=new TextDecoder().decode(e.subarray(0,t)).split(/\r?\n/),a=e=>e.split(n.endsWith(`.tsv`)?`	`:`,`).map(e=>e.replace(/^"|"$/g,``));return{columns:a(i[0]??``),rows:i.slice(1,-1).map(a)}}finally{await r.close()}}async function ue(e,t,a){let o=P(t,a);if(o)try{let{bytes:t}=await n.i(e,o,{maxBytes:1048576});return[...i.n(t,o).metrics.keys()]}catch(e){if(r.n(e,`METRICS_INVALID`,`FILE_NOT_FOUND`,`FILE_REFUSED`,`FILE_TOO_LARGE`))return;throw e}}async function Q(e,t,n){let r=(0,p.join)(e,t.path),i=(0,f.existsSync)(r);return i&&!n.force?`${t.path} exists and was left as it is.${t.path===`assay.yml`?``:` To add by hand:\n\n${$(t.text)}`}`:n[`dry-run`]?`Would write ${t.path}:\n\n${$(t.text)}`:(await(0,m.mkdir)((0,p.dirname)(r),{recursive:!0}),await(0,m.writeFile)(r,t.text),`Wrote ${t.path}${i?` (it existed)`:``}`)}function $(e){return e.replace(/^(?=.)/gm,`    `)}exports.run=ie;