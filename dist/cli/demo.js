const e=require("./drift.js"),t=require("./project.js"),n=require("./names.js"),r=require("./numbers.js"),i=require("./evaluate.js");let a=require("node:path"),o=require("node:fs/promises");function s(n,r){let i=t.B(r),a=()=>Math.sqrt(-2*Math.log(1-i()))*Math.cos(2*Math.PI*i()),o=`id,label,score,region`,s=[o],u=[o];for(let t=0;t<n;t++){let n=c[Math.floor(i()*c.length)],r=a(),o=+(i()<e._(r-.5)),d=a();s.push(`${t},${o},${l(r+.9*d+.5*a())},${n}`);let f=n===`north`?1.6:.6;u.push(`${t},${o},${l(r+f*d+.3*a())},${n}`)}return{champion:`${s.join(`
`)}\n`,candidate:`${u.join(`
`)}\n`}}const c=[`north`,`south`,`east`,`west`];function l(t){return e._(t*.7-.35).toFixed(6)}const u=4e3;async function d(e,t){let c=(0,a.join)(e.folder,t.output),{champion:l,candidate:d}=s(u,20);await(0,o.mkdir)((0,a.join)(c,`champion`),{recursive:!0}),await Promise.all([(0,o.writeFile)((0,a.join)(c,n.t),`model: churn
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
`),(0,o.writeFile)((0,a.join)(c,`predictions.csv`),d),(0,o.writeFile)((0,a.join)(c,`champion`,`predictions.csv`),l)]);let f=await i.run({...e,folder:c,ci:{name:`local`}},{config:n.t,model:void 0,baseline:void 0,base:void 0,output:`assay-result`,"dry-run":!1}),p=`Two made-up models, ${r.a(u)} rows, weighed as in a pull request:

${f.text}

The files are in ${t.output}/: open ${t.output}/assay-result/churn/report.html.
Now your own: \`assay init\`.`;return{...f,exitCode:0,text:p}}exports.run=d;