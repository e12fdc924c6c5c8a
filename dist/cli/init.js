const e=require("./files.js"),t=require("./utf8.js"),n=require("./start.js"),r=require("./metrics-file.js"),i=require("./git.js");let a=require("node:fs"),o=require("node:path"),s=require("node:fs/promises");const c={commit:`09550093993f9f6db0bea2632cc4032c3dbbf61a`,tag:`v0`};function l(e){return e===`github`?{path:`.github/workflows/assay.yml`,text:d}:e===`gitlab`?{path:`.gitlab-ci.yml`,text:f}:{path:`Jenkinsfile`,text:p}}function u(e,t){return e.some(e=>e.startsWith(`.github/`))?`github`:e.includes(`.gitlab-ci.yml`)?`gitlab`:e.includes(`Jenkinsfile`)?`jenkins`:t?.includes(`gitlab`)?`gitlab`:`github`}const d=`name: model
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
      - uses: assay-ml/assay@${c.commit} # ${c.tag}
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        if: always()
        with:
          name: assay-result
          path: assay-result/
`,f=`# The verdict shows in the widgets and the artifacts of the merge request. For the note too: a project access token (role
# Developer, scope api) as the masked variable ASSAY_TOKEN, because the job's own token may not write notes.
include:
  - remote: https://raw.githubusercontent.com/assay-ml/assay/${c.commit}/gitlab-component/templates/run.yml
    inputs:
      assay-version: '${c.commit}' # ${c.tag}
      job-image: node:24   # or one with what your train and evaluate commands need, git and Node 22 or newer
      job-tags: []         # the tags of your GPU runners

# Install here what the image lacks:
# assay:
#   before_script:
#     - pip install -r requirements.txt
`,p=`// Pull requests get their verdict. The default branch is trained and judged too, then packaged and promoted to staging.
// The library is ${c.tag}, by its commit: a tag can be moved.
library identifier: 'assay@${c.commit}', retriever: modernSCM(
  libraryPath: 'jenkins-shared-lib/',
  scm: [$class: 'GitSCMSource', remote: 'https://github.com/assay-ml/assay.git'])

assayPipeline(
  agent: '',                      // any agent with git and Node 22 or newer; or the label of your GPU agents
  credentialsId: 'assay-token')   // secret text: a token that may write comments, checks and the deploy repository
`;function m(t){let n=t.files.map(e.P),r=(...e)=>e.find(e=>n.includes(e)),i=r(`train.py`,`src/train.py`,`train.mjs`,`train.js`,`train.sh`),a=r(`evaluate.py`,`eval.py`,`src/evaluate.py`,`src/eval.py`,`evaluate.mjs`,`evaluate.js`),o=r(`dvc.yaml`),s=h(n),c=g(n),l=n.some(e=>e.startsWith(`champion/`)),u=e=>r(`package.json`)?`node ${e}.mjs`:`python ${e}.py`,d=k(t.columns,t.rows),f=c&&!n.some(_)&&t.metrics&&t.metrics.length>0?y(t.metrics):v(s,d);return{path:`assay.yml`,text:`${[`model: ${E(T(t.name))}`,O(`train`,o&&!i?`dvc repro`:i&&D(i),u(`train`)),O(`evaluate`,a&&D(a),o&&!i?void 0:u(`evaluate`)),c?`metrics: ${E(c)}`:void 0,...f.read,`gates:`,`  # How much worse than the champion is still acceptable is your decision: change the margin.`,`  - metric: ${f.metric}`,`    not_worse_than: champion`,`    margin: 0.01`,l?`champion: champion`:`# champion: champion           # a folder with the same files, made by the model that serves now;`,`# champion:                    # or a command that evaluates it`,`#   run: ${a?D(a):u(`evaluate`)} --model champion`,r(`dvc.lock`)?`data: [dvc.lock]`:void 0].filter(e=>e!==void 0).join(`
`)}\n`}}function h(e){return w(e).find(_)}function g(e){return w(e).find(e=>/(metrics|scores)\.(json|ya?ml|csv)$/.test(e))}function _(e){return/predictions?\.(csv|tsv|parquet)$/.test(e)}function v(e,t){return{read:[`predictions:`,`  file: ${E(e??`predictions.csv`)}${e?``:`   # one row per test example: id, label, score`}`,...t.map(e=>`  ${e}`)],metric:t.includes(`task: regression`)?`mae`:t.some(e=>e.startsWith(`score`))?`roc_auc`:`accuracy`}}function y(n){let[r]=[...n].sort((e,t)=>C(e)-C(t)),i=e.a(r)?.direction??b(r);return{read:[`directions: { ${E(r)}: ${i} }   # which way it improves`,`# One number has no interval, so a small change cannot be told from noise. With the rows it can:`,`# predictions: predictions.csv   # one row per test example: id, label, score`,...x(n.filter(t.r))],metric:E(r)}}function b(e){return/(loss|error|err|rmse|mse|mae|brier|ece|latency|duration|time)([_/@-]|$)/i.test(e)?`lower`:`higher`}function x([e]){return e===void 0?[]:[`# Or, for metrics that are shares of all test rows, with less power:`,`# rows: 2000                     # how many test rows there are`,`# proportions: [${E(e)}]`]}const S=[/auc/i,/(^|[/_-])(acc|accuracy)/i,/f1/i,/r2/i,/rmse/i,/mae/i,/loss/i];function C(e){let t=S.findIndex(t=>t.test(e));return(t<0?S.length:t)+(/train/i.test(e)?S.length+1:0)}function w(t){return t.map(e.P).filter(e=>!/^(champion|assay-result|assay-demo)\//.test(e))}function T(e){return e.replace(/[^A-Za-z0-9._-]+/g,`-`).replace(/^[^A-Za-z0-9]+/,``).slice(0,63)||`model`}function E(e){return/^[A-Za-z_][\w./-]*$/.test(e)&&!/^(true|false|null|yes|no|on|off|y|n)$/i.test(e)?e:JSON.stringify(e)}function D(e){return e.endsWith(`.py`)?`python ${e}`:e.endsWith(`.sh`)?`bash ${e}`:`node ${e}`}function O(e,t,n){return t?`${e}: ${t}`:n&&`${e}: ${n}   # change to your command`}function k(e,t=[]){let n=(...t)=>e?.find(e=>t.includes(e.toLowerCase())),r=n(`score`,`proba`,`probability`,`y_score`,`y_proba`,`pred_proba`),i=n(`prediction`,`pred`,`y_pred`,`predicted`),a=[`id: ${E(n(`id`,`row_id`,`index`,`example_id`)??`id`)}`,`label: ${E(n(`label`,`target`,`y`,`y_true`)??`label`)}`];(r||!i)&&a.push(`score: ${E(r??`score`)}`),i&&a.push(`prediction: ${E(i)}`);let o=t.map(t=>t[e.indexOf(i)]??``);return i&&!r&&o.some(e=>/^-?\d*\.\d*[1-9]\d*$/.test(e))&&a.push(`task: regression`),a}async function A(e,t){let n=await j(e.folder),r=await i.n(e.folder,{env:e.env}),a=t.ci??u(n,await r?.remoteUrl()),s=[m({name:(0,o.basename)(e.folder),files:n,...await M(e.folder,n),metrics:await N(e.folder,n)}),l(a)],c=[];for(let n of s)c.push(await P(e.folder,n,t));return c.push(``,"Next: look at both files, then run `assay check`."),{exitCode:0,text:c.join(`
`),json:{ci:a,files:s},outputs:{}}}async function j(e){let t=[],n=/* @__PURE__ */ new Set([`node_modules`,`.git`,`.venv`,`venv`,`__pycache__`]),r=async(i,a)=>{for(let c of await(0,s.readdir)((0,o.join)(e,i),{withFileTypes:!0})){if(n.has(c.name)||t.length>5e3)continue;let e=i===``?c.name:`${i}/${c.name}`;c.isDirectory()&&a<2?await r(e,a+1):c.isFile()&&t.push(e)}};return await r(``,0),t}async function M(e,t){let n=h(t);if(!n||n.endsWith(`.parquet`))return{};let r=await(0,s.open)((0,o.join)(e,n));try{let{buffer:e,bytesRead:t}=await r.read(Buffer.alloc(4096),0,4096,0),i=new TextDecoder().decode(e.subarray(0,t)).split(/\r?\n/),a=e=>e.split(n.endsWith(`.tsv`)?`	`:`,`).map(e=>e.replace(/^"|"$/g,``));return{columns:a(i[0]??``),rows:i.slice(1,-1).map(a)}}finally{await r.close()}}async function N(t,i){let a=g(i);if(a)try{let{bytes:n}=await e.r(t,a,{maxBytes:1048576});return[...r.n(n,a).metrics.keys()]}catch(e){if(n.C(e,`METRICS_INVALID`,`FILE_NOT_FOUND`,`FILE_REFUSED`,`FILE_TOO_LARGE`))return;throw e}}async function P(e,t,n){let r=(0,o.join)(e,t.path),i=(0,a.existsSync)(r);return i&&!n.force?`${t.path} exists and was left as it is.${t.path===`assay.yml`?``:` To add by hand:\n\n${F(t.text)}`}`:n[`dry-run`]?`Would write ${t.path}:\n\n${F(t.text)}`:(await(0,s.mkdir)((0,o.dirname)(r),{recursive:!0}),await(0,s.writeFile)(r,t.text),`Wrote ${t.path}${i?` (it existed)`:``}`)}function F(e){return e.replace(/^(?=.)/gm,`    `)}exports.run=A;