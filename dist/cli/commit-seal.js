let e=require("node:crypto");function t(e,t,n){let r=e.trimEnd(),a=r.slice(r.lastIndexOf(`

`)+2);return`${r}${r.includes(`

`)&&a.split(`
`).every(e=>i.test(e))?`
`:`

`}Assay-Seal: ${t} ${o(n)}`}function n({parents:e,message:t,tree:n}){let[,r]=a.exec(t.trimEnd())??[];return e.length===1&&r===n}function r(e,r,i,a){return!n(e)||e.parents[0]!==r?!1:e.message.trimEnd()===t(i,e.tree,a)}const i=/^[A-Za-z][A-Za-z0-9-]*: /,a=/(?:^|\n)Assay-Seal: ([0-9a-f]{40}|[0-9a-f]{64}) [0-9a-f]{64}$/;function o(t){let n=t.map(({path:e,content:t})=>[e,t??null]).sort(([e],[t])=>e<t?-1:1);return(0,e.createHash)(`sha256`).update(JSON.stringify(n)).digest(`hex`)}Object.defineProperty(exports,"n",{enumerable:!0,get:function(){return n}}),Object.defineProperty(exports,"r",{enumerable:!0,get:function(){return t}}),Object.defineProperty(exports,"t",{enumerable:!0,get:function(){return r}});