const e=require("./start.js"),t=require("./files.js"),n=require("./utf8.js"),r=require("./errors.js"),i=require("./metrics-file.js"),a=require("./git.js");let o=require("node:fs"),s=require("node:path"),c=require("node:fs/promises");const l={commit:`22b6dcd3357714b8354c57e73dd921959fe2a5f7`,tag:`v0`};function u(e,{bot:t=!1}={}){return e===`github`?{path:`.github/workflows/assay.yml`,text:t?p:f}:e===`gitlab`?{path:`.gitlab-ci.yml`,text:m}:{path:`Jenkinsfile`,text:h}}function d(e,t){return e.some(e=>e.startsWith(`.github/`))?`github`:e.includes(`.gitlab-ci.yml`)?`gitlab`:e.includes(`Jenkinsfile`)?`jenkins`:t?.includes(`gitlab`)?`gitlab`:`github`}const f=`name: model
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
      - uses: assay-ml/assay@${l.commit} # ${l.tag}
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        if: always()
        with:
          name: assay-result
          path: assay-result/
`,p=`name: model
on: pull_request
permissions: { contents: read }   # the bot writes comment and check
jobs:
  assay:
    runs-on: ubuntu-latest   # or the label of your GPU runner
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with: { fetch-depth: 0, persist-credentials: false }
      # Install here what your train and evaluate commands need.
      - uses: assay-ml/assay@${l.commit} # ${l.tag}
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        if: always()
        with: { name: assay-result, path: assay-result/*/result.json }
`,m=`# The verdict shows in the widgets and the artifacts of the merge request. For the note too: a project access token (role
# Developer, scope api) as the masked variable ASSAY_TOKEN, because the job's own token may not write notes.
include:
  - remote: https://raw.githubusercontent.com/assay-ml/assay/${l.commit}/gitlab-component/templates/run.yml
    inputs:
      assay-version: '${l.commit}' # ${l.tag}
      job-image: node:24   # or one with what your train and evaluate commands need, git and Node 22 or newer
      job-tags: []         # the tags of your GPU runners

# Install here what the image lacks:
# assay:
#   before_script:
#     - pip install -r requirements.txt
`,h=`// Pull requests get their verdict. The default branch is trained and judged too, then packaged and promoted to staging.
// The library is ${l.tag}, by its commit: a tag can be moved.
library identifier: 'assay@${l.commit}', retriever: modernSCM(
  libraryPath: 'jenkins-shared-lib/',
  scm: [$class: 'GitSCMSource', remote: 'https://github.com/assay-ml/assay.git'])

assayPipeline(
  agent: '',                      // any agent with git and Node 22 or newer; or the label of your GPU agents
  credentialsId: 'assay-token')   // secret text: a token that may write comments, checks and the deploy repository
`;function g(t){let n=t.files.map(e.O),r=(...e)=>e.find(e=>n.includes(e)),i=r(`train.py`,`src/train.py`,`train.mjs`,`train.js`,`train.sh`),a=r(`evaluate.py`,`eval.py`,`src/evaluate.py`,`src/eval.py`,`evaluate.mjs`,`evaluate.js`),o=r(`dvc.yaml`),s=_(n),c=v(n),l=n.some(e=>e.startsWith(`champion/`)),u=e=>r(`package.json`)?`node ${e}.mjs`:`python ${e}.py`,d=j(t.columns,t.rows),f=c&&!n.some(y)&&t.metrics&&t.metrics.length>0?x(t.metrics):b(s,d),p=[`model: ${O(D(t.name))}`,A(`train`,o&&!i?`dvc repro`:i&&k(i),u(`train`)),A(`evaluate`,a&&k(a),o&&!i?void 0:u(`evaluate`)),c?`metrics: ${O(c)}`:void 0,...f.read,`gates:`,`  # How much worse than the champion is still acceptable is your decision: change the margin.`,`  - metric: ${f.metric}`,`    not_worse_than: champion`,`    margin: 0.01`,l?`champion: champion`:`# champion: champion           # a folder with the same files, made by the model that serves now;`,`# champion:                    # or a command that evaluates it`,`#   run: ${a?k(a):u(`evaluate`)} --model champion`,r(`dvc.lock`)?`data: [dvc.lock]`:void 0];return{path:e.y,text:`${p.filter(e=>e!==void 0).join(`
`)}\n`}}function _(e){return E(e).find(y)}function v(e){return E(e).find(e=>/(metrics|scores)\.(json|ya?ml|csv)$/.test(e))}function y(e){return/predictions?\.(csv|tsv|parquet)$/.test(e)}function b(e,t){return{read:[`predictions:`,`  file: ${O(e??`predictions.csv`)}${e?``:`   # one row per test example: id, label, score`}`,...t.map(e=>`  ${e}`)],metric:t.includes(`task: regression`)?`mae`:t.some(e=>e.startsWith(`score`))?`roc_auc`:`accuracy`}}function x(e){let[r]=[...e].sort((e,t)=>T(e)-T(t)),i=t.o(r)?.direction??S(r);return{read:[`directions: { ${O(r)}: ${i} }   # which way it improves`,`# One number has no interval, so a small change cannot be told from noise. With the rows it can:`,`# predictions: predictions.csv   # one row per test example: id, label, score`,...C(e.filter(n.r))],metric:O(r)}}function S(e){return/(loss|error|err|rmse|mse|mae|brier|ece|latency|duration|time)([_/@-]|$)/i.test(e)?`lower`:`higher`}function C([e]){return e===void 0?[]:[`# Or, for metrics that are shares of all test rows, with less power:`,`# rows: 2000                     # how many test rows there are`,`# proportions: [${O(e)}]`]}const w=[/auc/i,/(^|[/_-])(acc|accuracy)/i,/f1/i,/r2/i,/rmse/i,/mae/i,/loss/i];function T(e){let t=w.findIndex(t=>t.test(e));return(t<0?w.length:t)+(/train/i.test(e)?w.length+1:0)}function E(t){return t.map(e.O).filter(e=>!/^(champion|assay-result|assay-demo)\//.test(e))}function D(e){return e.replace(/[^A-Za-z0-9._-]+/g,`-`).replace(/^[^A-Za-z0-9]+/,``).slice(0,63)||`model`}function O(e){return/^[A-Za-z_][\w./-]*$/.test(e)&&!/^(true|false|null|yes|no|on|off|y|n)$/i.test(e)?e:JSON.stringify(e)}function k(e){return e.endsWith(`.py`)?`python ${e}`:e.endsWith(`.sh`)?`bash ${e}`:`node ${e}`}function A(e,t,n){return t?`${e}: ${t}`:n&&`${e}: ${n}   # change to your command`}function j(e,t=[]){let n=(...t)=>e?.find(e=>t.includes(e.toLowerCase())),r=n(`score`,`proba`,`probability`,`y_score`,`y_proba`,`pred_proba`),i=n(`prediction`,`pred`,`y_pred`,`predicted`),a=[`id: ${O(n(`id`,`row_id`,`index`,`example_id`)??`id`)}`,`label: ${O(n(`label`,`target`,`y`,`y_true`)??`label`)}`];(r||!i)&&a.push(`score: ${O(r??`score`)}`),i&&a.push(`prediction: ${O(i)}`);let o=t.map(t=>t[e.indexOf(i)]??``);return i&&!r&&o.some(e=>/^-?\d*\.\d*[1-9]\d*$/.test(e))&&a.push(`task: regression`),a}async function M(e,t){let n=await N(e.folder),r=await a.n(e.folder,{env:e.env}),i=t.ci??(t.bot?`github`:d(n,await r?.remoteUrl())),o=[g({name:(0,s.basename)(e.folder),files:n,...await P(e.folder,n),metrics:await F(e.folder,n)}),u(i,{bot:t.bot})],c=[];for(let n of o)c.push(await I(e.folder,n,t));return c.push(``,"Next: look at both files, then run `assay check`."),{exitCode:0,text:c.join(`
`),json:{ci:i,files:o},outputs:{}}}async function N(e){let t=[],n=/* @__PURE__ */ new Set([`node_modules`,`.git`,`.venv`,`venv`,`__pycache__`]),r=async(i,a)=>{for(let o of await(0,c.readdir)((0,s.join)(e,i),{withFileTypes:!0})){if(n.has(o.name)||t.length>5e3)continue;let e=i===``?o.name:`${i}/${o.name}`;o.isDirectory()&&a<2?await r(e,a+1):o.isFile()&&t.push(e)}};return await r(``,0),t}async function P(e,t){let n=_(t);if(!n||n.endsWith(`.parquet`))return{};let r=await(0,c.open)((0,s.join)(e,n));try{let{buffer:e,bytesRead:t}=await r.read(Buffer.alloc(4096),0,4096,0),i=new TextDecoder().decode(e.subarray(0,t)).split(/\r?\n/),a=e=>e.split(n.endsWith(`.tsv`)?`	`:`,`).map(e=>e.replace(/^"|"$/g,``));return{columns:a(i[0]??``),rows:i.slice(1,-1).map(a)}}finally{await r.close()}}async function F(e,n){let a=v(n);if(a)try{let{bytes:n}=await t.r(e,a,{maxBytes:1048576});return[...i.n(n,a).metrics.keys()]}catch(e){if(r.n(e,`METRICS_INVALID`,`FILE_NOT_FOUND`,`FILE_REFUSED`,`FILE_TOO_LARGE`))return;throw e}}async function I(e,t,n){let r=(0,s.join)(e,t.path),i=(0,o.existsSync)(r);return i&&!n.force?`${t.path} exists and was left as it is.${t.path===`assay.yml`?``:` To add by hand:\n\n${L(t.text)}`}`:n[`dry-run`]?`Would write ${t.path}:\n\n${L(t.text)}`:(await(0,c.mkdir)((0,s.dirname)(r),{recursive:!0}),await(0,c.writeFile)(r,t.text),`Wrote ${t.path}${i?` (it existed)`:``}`)}function L(e){return e.replace(/^(?=.)/gm,`    `)}exports.run=M;