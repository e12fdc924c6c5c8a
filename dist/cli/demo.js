const e=require("./judge-model.js"),t=require("./evaluate.js");let n=require("node:path"),r=require("node:fs/promises");function i(t,n){let r=e.a(n),i=()=>Math.sqrt(-2*Math.log(1-r()))*Math.cos(2*Math.PI*r()),s=`id,label,score,region`,c=[s],l=[s];for(let n=0;n<t;n++){let t=a[Math.floor(r()*a.length)],s=i(),u=+(r()<e.o(s-.5)),d=i();c.push(`${n},${u},${o(s+.9*d+.5*i())},${t}`);let f=t===`north`?1.6:.6;l.push(`${n},${u},${o(s+f*d+.3*i())},${t}`)}return{champion:`${c.join(`
`)}\n`,candidate:`${l.join(`
`)}\n`}}const a=[`north`,`south`,`east`,`west`];function o(t){return e.o(t*.7-.35).toFixed(6)}const s=4e3;async function c(e,a){let o=(0,n.join)(e.folder,a.output),{champion:c,candidate:l}=i(s,20);await(0,r.mkdir)((0,n.join)(o,`champion`),{recursive:!0}),await Promise.all([(0,r.writeFile)((0,n.join)(o,`assay.yml`),`model: churn
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
`),(0,r.writeFile)((0,n.join)(o,`predictions.csv`),l),(0,r.writeFile)((0,n.join)(o,`champion`,`predictions.csv`),c)]);let u=await t.run({...e,folder:o,ci:{name:`local`}},{config:`assay.yml`,model:void 0,baseline:void 0,base:void 0,output:`assay-result`,"dry-run":!1}),d=`Two made-up models, ${s.toLocaleString(`en-US`)} rows, weighed as in a pull request:

${u.text}

The files are in ${a.output}/: open ${a.output}/assay-result/churn/report.html.
Now your own: \`assay init\`.`;return{...u,exitCode:0,text:d}}exports.run=c;