const e=require("./start.js"),t=require("./metrics.js"),n=require("./share-names.js"),r=require("./errors.js"),i=require("./metrics-file.js"),a=require("./files.js"),o=require("./git.js");let s=require("node:fs"),c=require("node:path"),l=require("node:fs/promises");const u={commit:`651f585326b12325b99d0536920021210ba84894`,tag:`v0`};function d(e,{bot:t=!1}={}){let{path:n,text:r,textWithBot:i=r}=_[e];return{path:n,text:t?i:r}}function f(e,t){return Object.keys(_).find(t=>e.some(_[t].isItsOwn))??(t?.includes(`gitlab`)?`gitlab`:`github`)}const p=`name: model
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
      - uses: assay-ml/assay@${u.commit} # ${u.tag}
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        if: always()
        with:
          name: assay-result
          path: assay-result/
`,m=`name: model
on: pull_request
permissions: { contents: read }   # the bot writes comment and check
jobs:
  assay:
    runs-on: ubuntu-latest   # or the label of your GPU runner
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with: { fetch-depth: 0, persist-credentials: false }
      # Install here what your train and evaluate commands need.
      - uses: assay-ml/assay@${u.commit} # ${u.tag}
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        if: always()
        with:
          name: assay-result
          path: |
            assay-result/*/result.json
            assay-result/*/model-profile.json
`,h=`# The verdict shows in the widgets and the artifacts of the merge request. For the note too: a project access token (role
# Developer, scope api) as the masked variable ASSAY_TOKEN, because the job's own token may not write notes.
include:
  - remote: https://raw.githubusercontent.com/assay-ml/assay/${u.commit}/gitlab-component/templates/run.yml
    inputs:
      assay-version: '${u.commit}' # ${u.tag}
      job-image: node:24   # or one with what your train and evaluate commands need, git and Node 22 or newer
      job-tags: []         # the tags of your GPU runners

# Install here what the image lacks:
# assay:
#   before_script:
#     - pip install -r requirements.txt
`,g=`// Pull requests get their verdict. The default branch is trained and judged too, then packaged and promoted to staging.
// The library is ${u.tag}, by its commit: a tag can be moved.
library identifier: 'assay@${u.commit}', retriever: modernSCM(
  libraryPath: 'jenkins-shared-lib/',
  scm: [$class: 'GitSCMSource', remote: 'https://github.com/assay-ml/assay.git'])

assayPipeline(
  agent: '',                      // any agent with git and Node 22 or newer; or the label of your GPU agents
  credentialsId: 'assay-token')   // secret text: a token that may write comments, checks and the deploy repository
`,_={github:{path:`.github/workflows/assay.yml`,isItsOwn:e=>e.startsWith(`.github/`),text:p,textWithBot:m},gitlab:{path:`.gitlab-ci.yml`,isItsOwn:e=>e===`.gitlab-ci.yml`,text:h},jenkins:{path:`Jenkinsfile`,isItsOwn:e=>e===`Jenkinsfile`,text:g}};function v(t){let n=t.files.map(e.M),r=(...e)=>e.find(e=>n.includes(e)),i=r(`train.py`,`src/train.py`,`train.mjs`,`train.js`,`train.sh`),a=r(`evaluate.py`,`eval.py`,`src/evaluate.py`,`src/eval.py`,`evaluate.mjs`,`evaluate.js`),o=r(`dvc.yaml`),s=y(n),c=b(n),l=n.some(e=>e.startsWith(`champion/`)),u=e=>r(`package.json`)?`node ${e}.mjs`:`python ${e}.py`,d=N(t.columns,t.rows),f=c&&!n.some(x)&&t.metrics&&t.metrics.length>0?C(t.metrics):S(s,d),p=[`model: ${A(k(t.name))}`,M(`train`,o&&!i?`dvc repro`:i&&j(i),u(`train`)),M(`evaluate`,a&&j(a),o&&!i?void 0:u(`evaluate`)),c?`metrics: ${A(c)}`:void 0,...f.read,`gates:`,`  # How much worse than the champion is still acceptable is your decision: change the margin.`,`  - metric: ${f.metric}`,`    not_worse_than: champion`,`    margin: 0.01`,l?`champion: champion`:`# champion: champion           # a folder with the same files, made by the model that serves now;`,`# champion:                    # or a command that evaluates it`,`#   run: ${a?j(a):u(`evaluate`)} --model champion`,r(`dvc.lock`)?`data: [dvc.lock]`:void 0];return{path:e.y,text:`${p.filter(e=>e!==void 0).join(`
`)}\n`}}function y(e){return O(e).find(x)}function b(e){return O(e).find(e=>/(metrics|scores)\.(json|ya?ml|csv)$/.test(e))}function x(e){return/predictions?\.(csv|tsv|parquet)$/.test(e)}function S(e,t){return{read:[`predictions:`,`  file: ${A(e??`predictions.csv`)}${e?``:`   # one row per test example: id, label, score`}`,...t.map(e=>`  ${e}`)],metric:t.includes(`task: regression`)?`mae`:t.some(e=>e.startsWith(`score`))?`roc_auc`:`accuracy`}}function C(e){let[r]=[...e].sort((e,t)=>D(e)-D(t)),i=t.n(r)?.direction??w(r);return{read:[`directions: { ${A(r)}: ${i} }   # which way it improves`,`# One number has no interval, so a small change cannot be told from noise. With the rows it can:`,`# predictions: predictions.csv   # one row per test example: id, label, score`,...T(e.filter(n.n))],metric:A(r)}}function w(e){return/(loss|error|err|rmse|mse|mae|brier|ece|latency|duration|time)([_/@-]|$)/i.test(e)?`lower`:`higher`}function T([e]){return e===void 0?[]:[`# Or, for metrics that are shares of all test rows, with less power:`,`# rows: 2000                     # how many test rows there are`,`# proportions: [${A(e)}]`]}const E=[/auc/i,/(^|[/_-])(acc|accuracy)/i,/f1/i,/r2/i,/rmse/i,/mae/i,/loss/i];function D(e){let t=E.findIndex(t=>t.test(e));return(t<0?E.length:t)+(/train/i.test(e)?E.length+1:0)}function O(t){return t.map(e.M).filter(e=>!/^(champion|assay-result|assay-demo)\//.test(e))}function k(e){return e.replace(/[^A-Za-z0-9._-]+/g,`-`).replace(/^[^A-Za-z0-9]+/,``).slice(0,63)||`model`}function A(e){return/^[A-Za-z_][\w./-]*$/.test(e)&&!/^(true|false|null|yes|no|on|off|y|n)$/i.test(e)?e:JSON.stringify(e)}function j(e){return e.endsWith(`.py`)?`python ${e}`:e.endsWith(`.sh`)?`bash ${e}`:`node ${e}`}function M(e,t,n){return t?`${e}: ${t}`:n&&`${e}: ${n}   # change to your command`}function N(e,t=[]){let n=(...t)=>e?.find(e=>t.includes(e.toLowerCase())),r=n(`score`,`proba`,`probability`,`y_score`,`y_proba`,`pred_proba`),i=n(`prediction`,`pred`,`y_pred`,`predicted`),a=[`id: ${A(n(`id`,`row_id`,`index`,`example_id`)??`id`)}`,`label: ${A(n(`label`,`target`,`y`,`y_true`)??`label`)}`];(r||!i)&&a.push(`score: ${A(r??`score`)}`),i&&a.push(`prediction: ${A(i)}`);let o=t.map(t=>t[e.indexOf(i)]??``);return i&&!r&&o.some(e=>/^-?\d*\.\d*[1-9]\d*$/.test(e))&&a.push(`task: regression`),a}async function P(e,t){let n=await F(e.folder),r=await o.n(e.folder,{env:e.env}),i=t.ci??(t.bot?`github`:f(n,await r?.remoteUrl())),a=[v({name:(0,c.basename)(e.folder),files:n,...await I(e.folder,n),metrics:await L(e.folder,n)}),d(i,{bot:t.bot})],s=[];for(let n of a)s.push(await R(e.folder,n,t));return s.push(``,"Next: look at both files, then run `assay check`."),{exitCode:0,text:s.join(`
`),json:{ci:i,files:a},outputs:{}}}async function F(e){let t=[],n=/* @__PURE__ */ new Set([`node_modules`,`.git`,`.venv`,`venv`,`__pycache__`]),r=async(i,a)=>{for(let o of await(0,l.readdir)((0,c.join)(e,i),{withFileTypes:!0})){if(n.has(o.name)||t.length>5e3)continue;let e=i===``?o.name:`${i}/${o.name}`;o.isDirectory()&&a<2?await r(e,a+1):o.isFile()&&t.push(e)}};return await r(``,0),t}async function I(e,t){let n=y(t);if(!n||n.endsWith(`.parquet`))return{};let r=await(0,l.open)((0,c.join)(e,n));try{let{buffer:e,bytesRead:t}=await r.read(Buffer.alloc(4096),0,4096,0),i=new TextDecoder().decode(e.subarray(0,t)).split(/\r?\n/),a=e=>e.split(n.endsWith(`.tsv`)?`	`:`,`).map(e=>e.replace(/^"|"$/g,``));return{columns:a(i[0]??``),rows:i.slice(1,-1).map(a)}}finally{await r.close()}}async function L(e,t){let n=b(t);if(n)try{let{bytes:t}=await a.r(e,n,{maxBytes:1048576});return[...i.n(t,n).metrics.keys()]}catch(e){if(r.n(e,`METRICS_INVALID`,`FILE_NOT_FOUND`,`FILE_REFUSED`,`FILE_TOO_LARGE`))return;throw e}}async function R(e,t,n){let r=(0,c.join)(e,t.path),i=(0,s.existsSync)(r);return i&&!n.force?`${t.path} exists and was left as it is.${t.path===`assay.yml`?``:` To add by hand:\n\n${z(t.text)}`}`:n[`dry-run`]?`Would write ${t.path}:\n\n${z(t.text)}`:(await(0,l.mkdir)((0,c.dirname)(r),{recursive:!0}),await(0,l.writeFile)(r,t.text),`Wrote ${t.path}${i?` (it existed)`:``}`)}function z(e){return e.replace(/^(?=.)/gm,`    `)}exports.run=P;