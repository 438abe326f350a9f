// Asked by the container's own health check, which has no shell and no curl: does the process beside it answer?
const [port] = process.argv.slice(2);
const answer = await fetch(`http://127.0.0.1:${port}/livez`);
process.exitCode = answer.ok ? 0 : 1;
