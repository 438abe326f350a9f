import type { Checked } from './check.ts';
import { type Group, groupsOf } from './groups.ts';
import { countsOf, sentencesOn } from './sentences.ts';

/** Readable on paper and in the dark, and nothing else. */
const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 0.3rem; }
p { margin: 0.3rem 0; } code { font: 0.95em ui-monospace, monospace; overflow-wrap: anywhere; }
h2 code { font-weight: bold; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; margin: 0.6rem 0; }
th, td { text-align: left; vertical-align: top; border-bottom: 1px solid #8886; padding: 0.25rem 0.6rem 0.25rem 0; }
.way { font-style: italic; }
`;

/** One page without a script, a picture or an address; a policy of its own forbids them as well. */
export function printHtml(checked: Checked, version: string): string {
  const groups = groupsOf(checked.found, checked.rules);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>create-secure-app check</title>
<style>${STYLE}</style>
</head>
<body>
<h1>create-secure-app check</h1>
<p>${escaped(countsOf(checked))}</p>
${groups.map(section).join('\n')}
${acceptedSection(checked)}
<h2>What was judged</h2>
<ul>
${sentencesOn(checked)
  .map((sentence) => `<li>${escaped(sentence)}</li>`)
  .join('\n')}
</ul>
<p>Version ${escaped(version)}.</p>
</body>
</html>
`;
}

function section({ rule, control, reason, wayOut, places }: Group): string {
  const rows = places.map(
    ({ file, lines }) =>
      `<tr><td><code>${escaped(file)}</code></td><td>${lines.join(', ')}</td></tr>`,
  );
  return `<h2><code>${escaped(rule)}</code> (${escaped(control)})</h2>
<p>${escaped(reason)}</p>
<p class="way">${escaped(wayOut)}</p>
<table><thead><tr><th>File</th><th>Lines</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>`;
}

function acceptedSection({ accepted }: Checked): string {
  if (accepted.length === 0) return '';
  const rows = accepted.map(
    ({ finding: { rule, file, line }, reason, by }) =>
      `<tr><td><code>${escaped(rule)}</code></td><td><code>${escaped(file)}:${line}</code></td><td>${escaped(reason)}</td><td>${by}</td></tr>`,
  );
  return `<h2>Accepted</h2>
<table><thead><tr><th>Rule</th><th>Place</th><th>Reason</th><th>By</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>`;
}

/** Names of files and reasons are somebody else's text. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replace(/[\p{Cc}\p{Cf}]/gu, (character) => `&#xfffd;${character === '\n' ? ' ' : ''}`);
}
