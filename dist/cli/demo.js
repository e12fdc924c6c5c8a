const e=require("./project.js"),t=require("./names.js"),n=require("./numbers.js"),r=require("./evaluate.js");let i=require("node:path"),a=require("node:fs/promises");function o(t,n){let r=e.tt(n),i=()=>Math.sqrt(-2*Math.log(1-r()))*Math.cos(2*Math.PI*r()),a=`id,label,score,region`,o=[a],l=[a];for(let n=0;n<t;n++){let t=s[Math.floor(r()*s.length)],a=i(),u=+(r()<e.ct(a-.5)),d=i();o.push(`${n},${u},${c(a+.9*d+.5*i())},${t}`);let f=t===`north`?1.6:.6;l.push(`${n},${u},${c(a+f*d+.3*i())},${t}`)}return{champion:`${o.join(`
`)}\n`,candidate:`${l.join(`
`)}\n`}}const s=[`north`,`south`,`east`,`west`];function c(t){return e.ct(t*.7-.35).toFixed(6)}const l=4e3;async function u(e,s){let c=(0,i.join)(e.folder,s.output),{champion:u,candidate:d}=o(l,20);await(0,a.mkdir)((0,i.join)(c,`champion`),{recursive:!0}),await Promise.all([(0,a.writeFile)((0,i.join)(c,t.t),`model: churn
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
`),(0,a.writeFile)((0,i.join)(c,`predictions.csv`),d),(0,a.writeFile)((0,i.join)(c,`champion`,`predictions.csv`),u)]);let f=await r.run({...e,folder:c,ci:{name:`local`}},{config:t.t,model:void 0,baseline:void 0,base:void 0,output:`assay-result`,"dry-run":!1}),p=`Two made-up models, ${n.a(l)} rows, weighed as in a pull request:

${f.text}

The files are in ${s.output}/: open ${s.output}/assay-result/churn/report.html.
Now your own: \`assay init\`.`;return{...f,exitCode:0,text:p}}exports.run=u;