const e=require("./start.js"),t=require("./git.js");let n=require("node:fs"),r=require("node:fs/promises"),i=require("node:path");function a(e){return e===`github`?{path:`.github/workflows/assay.yml`,text:s}:e===`gitlab`?{path:`.gitlab-ci.yml`,text:c}:{path:`Jenkinsfile`,text:l}}function o(e,t){return e.some(e=>e.startsWith(`.github/`))?`github`:e.includes(`.gitlab-ci.yml`)?`gitlab`:e.includes(`Jenkinsfile`)?`jenkins`:t?.includes(`gitlab`)?`gitlab`:`github`}const s=`name: model
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
`,c=`# Needs a project access token with the \`api\` scope as the masked variable ASSAY_TOKEN: the job's own token may not write notes.
assay:
  image: node:24
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  variables:
    GIT_DEPTH: 0
  script:
    # Install here what your train and evaluate commands need.
    - git clone --quiet --depth 1 --branch v0 https://github.com/assay-ml/assay "$CI_BUILDS_DIR/assay"
    - node "$CI_BUILDS_DIR/assay/dist/cli.js" run
  artifacts:
    when: always
    paths: [assay-result/]
`,l=`pipeline {
  agent any   // or the label of your GPU agents: agent { label 'gpu' }
  stages {
    stage('Assay') {
      when { changeRequest() }
      steps {
        // Install here what your train and evaluate commands need. Agents need git and Node 22 or newer.
        sh 'rm -rf "$WORKSPACE_TMP/assay" && git clone --quiet --depth 1 --branch v0 https://github.com/assay-ml/assay "$WORKSPACE_TMP/assay"'
        withCredentials([string(credentialsId: 'assay-token', variable: 'ASSAY_TOKEN')]) {
          sh 'node "$WORKSPACE_TMP/assay/dist/cli.js" run'
        }
      }
      post { always { archiveArtifacts artifacts: 'assay-result/**', allowEmptyArchive: true } }
    }
  }
}
`;function u(e){let t=(...t)=>t.find(t=>e.files.includes(t)),n=t(`train.py`,`src/train.py`,`train.mjs`,`train.js`,`train.sh`),r=t(`evaluate.py`,`eval.py`,`src/evaluate.py`,`src/eval.py`,`evaluate.mjs`,`evaluate.js`),i=t(`dvc.yaml`),a=d(e.files),o=f(e.files).find(e=>/(metrics|scores)\.(json|ya?ml|csv)$/.test(e)),s=e.files.some(e=>e.startsWith(`champion/`)),c=e=>t(`package.json`)?`node ${e}.mjs`:`python ${e}.py`,l=_(e.columns);return{path:`assay.yml`,text:`${[`model: ${m(p(e.name))}`,g(`train`,i&&!n?`dvc repro`:n&&h(n),c(`train`)),g(`evaluate`,r&&h(r),i&&!n?void 0:c(`evaluate`)),o?`metrics: ${m(o)}`:void 0,`predictions:`,`  file: ${m(a??`predictions.csv`)}${a?``:`   # one row per test example: id, label, score`}`,...l.map(e=>`  ${e}`),`gates:`,`  # How much worse than the champion is still acceptable is your decision: change the margin.`,`  - metric: ${l.some(e=>e.startsWith(`score`))?`roc_auc`:`accuracy`}`,`    not_worse_than: champion`,`    margin: 0.01`,s?`champion: champion`:`# champion: champion           # a folder with the same files, made by the model that serves now;`,`# champion:                    # or a command that evaluates it`,`#   run: ${c(`evaluate`)} --model champion`,t(`dvc.lock`)?`data: [dvc.lock]`:void 0].filter(e=>e!==void 0).join(`
`)}\n`}}function d(e){return f(e).find(e=>/predictions?\.(csv|tsv|parquet)$/.test(e))}function f(e){return e.filter(e=>!/^(champion|assay-result|assay-demo)\//.test(e))}function p(e){return e.replace(/[^A-Za-z0-9._-]+/g,`-`).replace(/^[^A-Za-z0-9]+/,``).slice(0,63)||`model`}function m(e){return/^[A-Za-z_][\w./-]*$/.test(e)&&!/^(true|false|null|yes|no|on|off|y|n)$/i.test(e)?e:JSON.stringify(e)}function h(e){return e.endsWith(`.py`)?`python ${e}`:e.endsWith(`.sh`)?`bash ${e}`:`node ${e}`}function g(e,t,n){return t?`${e}: ${t}`:n&&`${e}: ${n}   # change to your command`}function _(e){let t=(...t)=>e?.find(e=>t.includes(e.toLowerCase())),n=t(`score`,`proba`,`probability`,`y_score`,`y_proba`,`pred_proba`),r=t(`prediction`,`pred`,`y_pred`,`predicted`),i=[`id: ${m(t(`id`,`row_id`,`index`,`example_id`)??`id`)}`,`label: ${m(t(`label`,`target`,`y`,`y_true`)??`label`)}`];return(n||!r)&&i.push(`score: ${m(n??`score`)}`),r&&i.push(`prediction: ${m(r)}`),i}async function v(e,n){let r=await b(e.folder),s=await t.t(e.folder,{env:e.env}),c=y(n.ci)??o(r,await s?.remoteUrl()),l=[u({name:(0,i.basename)(e.folder),files:r,columns:await x(e.folder,r)}),a(c)],d=[];for(let t of l)d.push(await S(e.folder,t,n));return d.push(``,"Next: look at both files, then run `assay check`."),{exitCode:0,text:d.join(`
`),json:{ci:c,files:l},outputs:{}}}function y(t){if(t===void 0||t===`github`||t===`gitlab`||t===`jenkins`)return t;throw new e.c({code:`USAGE`,title:`assay init: unknown CI ${t}`,problems:[{what:`--ci is one of github, gitlab, jenkins`}]})}async function b(e){let t=[],n=/* @__PURE__ */ new Set([`node_modules`,`.git`,`.venv`,`venv`,`__pycache__`]),a=async(o,s)=>{for(let c of await(0,r.readdir)((0,i.join)(e,o),{withFileTypes:!0})){if(n.has(c.name)||t.length>5e3)continue;let e=o===``?c.name:`${o}/${c.name}`;c.isDirectory()&&s<2?await a(e,s+1):c.isFile()&&t.push(e)}};return await a(``,0),t}async function x(e,t){let n=d(t);if(!n||n.endsWith(`.parquet`))return;let a=await(0,r.open)((0,i.join)(e,n));try{let{buffer:e,bytesRead:t}=await a.read(Buffer.alloc(4096),0,4096,0);return(new TextDecoder().decode(e.subarray(0,t)).split(/\r?\n/)[0]??``).split(n.endsWith(`.tsv`)?`	`:`,`).map(e=>e.replace(/^"|"$/g,``))}finally{await a.close()}}async function S(e,t,a){let o=(0,i.join)(e,t.path),s=(0,n.existsSync)(o);return s&&!a.force?`${t.path} exists and was left as it is.${t.path===`assay.yml`?``:` To add by hand:\n\n${C(t.text)}`}`:a[`dry-run`]?`Would write ${t.path}:\n\n${C(t.text)}`:(await(0,r.mkdir)((0,i.dirname)(o),{recursive:!0}),await(0,r.writeFile)(o,t.text),`Wrote ${t.path}${s?` (it existed)`:``}`)}function C(e){return e.replace(/^(?=.)/gm,`    `)}exports.run=v;