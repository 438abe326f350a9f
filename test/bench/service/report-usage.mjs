// Loaded before a server: answers, when asked, with what the process has taken so far. Nothing else of it changes.
process.on('message', (question) => {
  if (question !== 'usage') return;
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: (user + system) / 1000 });
});
process.channel?.unref();
