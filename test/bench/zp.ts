import { createProcesses, cpuMsOf } from '/work/main/test/bench/processes.ts'
import { startBenchDaemon } from '/work/main/test/bench/benchDaemon.ts'
const processes=createProcesses()
const med=(a:number[])=>a.sort((x,y)=>x-y)[a.length>>1]!
const prof=process.argv[2]!
try{
const mock = await processes.startServer(['--import', 'tsx', '/work/main/test/bench/mockProvider.ts'])
const ds=[]
for(const p of process.argv.slice(4)) ds.push({p,d:await startBenchDaemon({processes,program:p,nodeOptions:prof==='-'?[]:['--cpu-prof','--cpu-prof-interval','100','--cpu-prof-dir='+prof],isSmoke:true},mock.port),c:[] as number[]})
for(let r=0;r<Number(process.argv[3]);r++)for(const x of ds){const c=cpuMsOf(x.d.spawned.pid);await Promise.all(Array.from({length:32},()=>x.d.client.ask({model:'paced',eventCount:150})));if(r>0)x.c.push((cpuMsOf(x.d.spawned.pid)-c)*1000/32/150)}
for(const x of ds)console.log(x.p,'paced us/event',med(x.c).toFixed(1))
for(const x of ds)await x.d.end()
}finally{await processes.endAll()}
