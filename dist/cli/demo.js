const e=require("./distributions.js"),t=require("./files.js"),n=require("./evaluate.js");let r=require("node:path"),i=require("node:fs/promises");function a(n,r){let i=t.w(r),a=()=>Math.sqrt(-2*Math.log(1-i()))*Math.cos(2*Math.PI*i()),c=`id,label,score,region`,l=[c],u=[c];for(let t=0;t<n;t++){let n=o[Math.floor(i()*o.length)],r=a(),c=+(i()<e.i(r-.5)),d=a();l.push(`${t},${c},${s(r+.9*d+.5*a())},${n}`);let f=n===`north`?1.6:.6;u.push(`${t},${c},${s(r+f*d+.3*a())},${n}`)}return{champion:`${l.join(`
`)}\n`,candidate:`${u.join(`
`)}\n`}}const o=[`north`,`south`,`east`,`west`];function s(t){return e.i(t*.7-.35).toFixed(6)}const c=4e3;async function l(t,o){let s=(0,r.join)(t.folder,o.output),{champion:l,candidate:u}=a(c,20);await(0,i.mkdir)((0,r.join)(s,`champion`),{recursive:!0}),await Promise.all([(0,i.writeFile)((0,r.join)(s,`assay.yml`),`model: churn
predictions:
  file: predictions.csv
  score: score
  slices: [region]
champion: champion
gates:
  - metric: roc_auc
    not_worse_than: champion
    margin: 0.005
  - metric: accuracy
    better_than: champion
  - metric: accuracy
    not_worse_than: champion
    margin: 0.05
    slices: [region]
`),(0,i.writeFile)((0,r.join)(s,`predictions.csv`),u),(0,i.writeFile)((0,r.join)(s,`champion`,`predictions.csv`),l)]);let d=await n.run({...t,folder:s,ci:{name:`local`}},{config:`assay.yml`,model:void 0,baseline:void 0,base:void 0,output:`assay-result`,"dry-run":!1}),f=`Two made-up models, ${e.S(c)} rows, weighed as in a pull request:

${d.text}

The files are in ${o.output}/: open ${o.output}/assay-result/churn/report.html.
Now your own: \`assay init\`.`;return{...d,exitCode:0,text:f}}exports.run=l;