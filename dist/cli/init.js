const e=require("./start.js"),t=require("./metrics-file.js"),n=require("./names.js"),r=require("./git.js");let i=require("node:fs"),a=require("node:path"),o=require("node:fs/promises");function s(e){return e===`github`?{path:`.github/workflows/assay.yml`,text:l}:e===`gitlab`?{path:`.gitlab-ci.yml`,text:u}:{path:`Jenkinsfile`,text:d}}function c(e,t){return e.some(e=>e.startsWith(`.github/`))?`github`:e.includes(`.gitlab-ci.yml`)?`gitlab`:e.includes(`Jenkinsfile`)?`jenkins`:t?.includes(`gitlab`)?`gitlab`:`github`}const l=`name: model
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
      # Install here what your train and evaluate commands need.
      - uses: assay-ml/assay@v0
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        if: always()
        with:
          name: assay-result
          path: assay-result/
`,u=`# The verdict shows in the widgets and the artifacts of the merge request. For the note too: a project access token (role
# Developer, scope api) as the masked variable ASSAY_TOKEN, because the job's own token may not write notes.
include:
  - remote: https://raw.githubusercontent.com/assay-ml/assay/v0/gitlab-component/templates/run.yml
    inputs:
      job-image: node:24   # or one with what your train and evaluate commands need, git and Node 22 or newer
      job-tags: []         # the tags of your GPU runners

# Install here what the image lacks:
# assay:
#   before_script:
#     - pip install -r requirements.txt
`,d=`// Pull requests get their verdict. The default branch is trained and judged too, then packaged and promoted to staging.
library identifier: 'assay@v0', retriever: modernSCM(
  libraryPath: 'jenkins-shared-lib/',
  scm: [$class: 'GitSCMSource', remote: 'https://github.com/assay-ml/assay.git'])

assayPipeline(
  agent: '',                      // any agent with git and Node 22 or newer; or the label of your GPU agents
  credentialsId: 'assay-token')   // secret text: a token that may write comments, checks and the deploy repository
`;function f(e){let t=(...t)=>t.find(t=>e.files.includes(t)),n=t(`train.py`,`src/train.py`,`train.mjs`,`train.js`,`train.sh`),r=t(`evaluate.py`,`eval.py`,`src/evaluate.py`,`src/eval.py`,`evaluate.mjs`,`evaluate.js`),i=t(`dvc.yaml`),a=p(e.files),o=m(e.files),s=e.files.some(e=>e.startsWith(`champion/`)),c=e=>t(`package.json`)?`node ${e}.mjs`:`python ${e}.py`,l=T(e.columns,e.rows),u=o&&!e.files.some(h)&&e.metrics&&e.metrics.length>0?_(e.metrics):g(a,l);return{path:`assay.yml`,text:`${[`model: ${S(x(e.name))}`,w(`train`,i&&!n?`dvc repro`:n&&C(n),c(`train`)),w(`evaluate`,r&&C(r),i&&!n?void 0:c(`evaluate`)),o?`metrics: ${S(o)}`:void 0,...u.read,`gates:`,`  # How much worse than the champion is still acceptable is your decision: change the margin.`,`  - metric: ${u.metric}`,`    not_worse_than: champion`,`    margin: 0.01`,s?`champion: champion`:`# champion: champion           # a folder with the same files, made by the model that serves now;`,`# champion:                    # or a command that evaluates it`,`#   run: ${r?C(r):c(`evaluate`)} --model champion`,t(`dvc.lock`)?`data: [dvc.lock]`:void 0].filter(e=>e!==void 0).join(`
`)}\n`}}function p(e){return b(e).find(h)}function m(e){return b(e).find(e=>/(metrics|scores)\.(json|ya?ml|csv)$/.test(e))}function h(e){return/predictions?\.(csv|tsv|parquet)$/.test(e)}function g(e,t){return{read:[`predictions:`,`  file: ${S(e??`predictions.csv`)}${e?``:`   # one row per test example: id, label, score`}`,...t.map(e=>`  ${e}`)],metric:t.includes(`task: regression`)?`mae`:t.some(e=>e.startsWith(`score`))?`roc_auc`:`accuracy`}}function _(e){let[t]=[...e].sort((e,t)=>y(e)-y(t)),n=/(loss|error|err|rmse|mse|mae|brier|ece|latency|duration|time)([_/@-]|$)/i.test(t)?`lower`:`higher`;return{read:[`directions: { ${S(t)}: ${n} }   # which way it improves`,`# One number has no interval, so a small change cannot be told from noise. With the rows it can:`,`# predictions: predictions.csv   # one row per test example: id, label, score`,`# Or, for shares of the test rows, with less power:`,`# rows: 2000`,`# proportions: [${S(t)}]`],metric:S(t)}}const v=[/auc/i,/(^|[/_-])(acc|accuracy)/i,/f1/i,/r2/i,/rmse/i,/mae/i,/loss/i];function y(e){let t=v.findIndex(t=>t.test(e));return(t<0?v.length:t)+(/train/i.test(e)?v.length+1:0)}function b(e){return e.filter(e=>!/^(champion|assay-result|assay-demo)\//.test(e))}function x(e){return e.replace(/[^A-Za-z0-9._-]+/g,`-`).replace(/^[^A-Za-z0-9]+/,``).slice(0,63)||`model`}function S(e){return/^[A-Za-z_][\w./-]*$/.test(e)&&!/^(true|false|null|yes|no|on|off|y|n)$/i.test(e)?e:JSON.stringify(e)}function C(e){return e.endsWith(`.py`)?`python ${e}`:e.endsWith(`.sh`)?`bash ${e}`:`node ${e}`}function w(e,t,n){return t?`${e}: ${t}`:n&&`${e}: ${n}   # change to your command`}function T(e,t=[]){let n=(...t)=>e?.find(e=>t.includes(e.toLowerCase())),r=n(`score`,`proba`,`probability`,`y_score`,`y_proba`,`pred_proba`),i=n(`prediction`,`pred`,`y_pred`,`predicted`),a=[`id: ${S(n(`id`,`row_id`,`index`,`example_id`)??`id`)}`,`label: ${S(n(`label`,`target`,`y`,`y_true`)??`label`)}`];(r||!i)&&a.push(`score: ${S(r??`score`)}`),i&&a.push(`prediction: ${S(i)}`);let o=t.map(t=>t[e.indexOf(i)]??``);return i&&!r&&o.some(e=>/^-?\d*\.\d*[1-9]\d*$/.test(e))&&a.push(`task: regression`),a}async function E(e,t){let n=await O(e.folder),i=await r.n(e.folder,{env:e.env}),o=D(t.ci)??c(n,await i?.remoteUrl()),l=[f({name:(0,a.basename)(e.folder),files:n,...await k(e.folder,n),metrics:await A(e.folder,n)}),s(o)],u=[];for(let n of l)u.push(await j(e.folder,n,t));return u.push(``,"Next: look at both files, then run `assay check`."),{exitCode:0,text:u.join(`
`),json:{ci:o,files:l},outputs:{}}}function D(t){if(t===void 0||t===`github`||t===`gitlab`||t===`jenkins`)return t;throw new e.l({code:`USAGE`,title:`assay init: unknown CI ${t}`,problems:[{what:`--ci is one of github, gitlab, jenkins`}]})}async function O(e){let t=[],n=/* @__PURE__ */ new Set([`node_modules`,`.git`,`.venv`,`venv`,`__pycache__`]),r=async(i,s)=>{for(let c of await(0,o.readdir)((0,a.join)(e,i),{withFileTypes:!0})){if(n.has(c.name)||t.length>5e3)continue;let e=i===``?c.name:`${i}/${c.name}`;c.isDirectory()&&s<2?await r(e,s+1):c.isFile()&&t.push(e)}};return await r(``,0),t}async function k(e,t){let n=p(t);if(!n||n.endsWith(`.parquet`))return{};let r=await(0,o.open)((0,a.join)(e,n));try{let{buffer:e,bytesRead:t}=await r.read(Buffer.alloc(4096),0,4096,0),i=new TextDecoder().decode(e.subarray(0,t)).split(/\r?\n/),a=e=>e.split(n.endsWith(`.tsv`)?`	`:`,`).map(e=>e.replace(/^"|"$/g,``));return{columns:a(i[0]??``),rows:i.slice(1,-1).map(a)}}finally{await r.close()}}async function A(r,i){let a=m(i);if(a)try{let{bytes:e}=await n.i(r,a,{maxBytes:1048576});return[...t.n(e,a).metrics.keys()]}catch(t){if(t instanceof e.l)return;throw t}}async function j(e,t,n){let r=(0,a.join)(e,t.path),s=(0,i.existsSync)(r);return s&&!n.force?`${t.path} exists and was left as it is.${t.path===`assay.yml`?``:` To add by hand:\n\n${M(t.text)}`}`:n[`dry-run`]?`Would write ${t.path}:\n\n${M(t.text)}`:(await(0,o.mkdir)((0,a.dirname)(r),{recursive:!0}),await(0,o.writeFile)(r,t.text),`Wrote ${t.path}${s?` (it existed)`:``}`)}function M(e){return e.replace(/^(?=.)/gm,`    `)}exports.run=E;