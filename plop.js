// `plop.load('create-secure-app/plop')` looks for this file: plop does not read the exports of package.json.
export { default } from './dist/plop.js';
