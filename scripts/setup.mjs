// Runs before anything is installed, on whatever Node is there. Only syntax that every version with
// ECMAScript modules can parse may stand here, and nothing newer may be imported before the check.
const OLDEST = [20, 19];

const version = process.versions.node.split('.').map(Number);
const tooOld = version[0] < OLDEST[0] || (version[0] === OLDEST[0] && version[1] < OLDEST[1]);

if (tooOld) {
  console.error(
    'create-secure-app needs Node.js ' +
      OLDEST.join('.') +
      ' or newer; this is ' +
      process.version +
      '.',
  );
  process.exitCode = 4;
} else {
  import('./prepare-checkout.mjs')
    .then(function (checkout) {
      return checkout.prepare({
        templates: process.argv.includes('--templates'),
        infra: process.argv.includes('--infra'),
      });
    })
    .catch(function (error) {
      console.error(error.sentence || error);
      process.exitCode = 4;
    });
}
