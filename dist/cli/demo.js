const e=require("./start.js"),t=require("./usage-metrics.js"),n=require("./files.js"),r=require("./evaluate.js");let i=require("node:path"),a=require("node:fs/promises");function o(e,r){let i=n.T(r),a=()=>Math.sqrt(-2*Math.log(1-i()))*Math.cos(2*Math.PI*i()),o=`id,label,score,region`,l=[o],u=[o];for(let n=0;n<e;n++){let e=s[Math.floor(i()*s.length)],r=a(),o=+(i()<t.l(r-.5)),d=a();l.push(`${n},${o},${c(r+.9*d+.5*a())},${e}`);let f=e===`north`?1.6:.6;u.push(`${n},${o},${c(r+f*d+.3*a())},${e}`)}return{champion:`${l.join(`
`)}\n`,candidate:`${u.join(`
`)}\n`}}const s=[`north`,`south`,`east`,`west`];function c(e){return t.l(e*.7-.35).toFixed(6)}const l=4e3;async function u(n,s){let c=(0,i.join)(n.folder,s.output),{champion:u,candidate:d}=o(l,20);await(0,a.mkdir)((0,i.join)(c,`champion`),{recursive:!0}),await Promise.all([(0,a.writeFile)((0,i.join)(c,e.x),`model: churn
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
`),(0,a.writeFile)((0,i.join)(c,`predictions.csv`),d),(0,a.writeFile)((0,i.join)(c,`champion`,`predictions.csv`),u)]);let f=await r.run({...n,folder:c,ci:{name:`local`}},{config:e.x,model:void 0,baseline:void 0,base:void 0,output:`assay-result`,"dry-run":!1}),p=`Two made-up models, ${t.O(l)} rows, weighed as in a pull request:

${f.text}

The files are in ${s.output}/: open ${s.output}/assay-result/churn/report.html.
Now your own: \`assay init\`.`;return{...f,exitCode:0,text:p}}exports.run=u;