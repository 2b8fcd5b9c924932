const { availableParallelism, totalmem } = require("node:os");

console.log(`Hello from Node ${process.versions.node}, as user ${process.getuid()}.`);

const limit = process.constrainedMemory();
const isLimited = limit > 0 && limit < totalmem();
console.log(`Memory: ${isLimited ? `${Math.round(limit / 1024 / 1024)} MB` : "all of the machine's"}.`);
console.log(`Processors in sight: ${availableParallelism()}.`);
