// The page has one form and nothing else: no script, no style, no frame, and a form that posts here or nowhere.
export const PAGE_POLICY = {
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
} as const;

// Both arguments come from a closed alphabet: the path is ours, the token matched its pattern.
export function signInPage(path: string, token: string): string {
  return page(`<form method="post" action="${path}">
<input type="hidden" name="token" value="${token}">
<button>Sign in as developer</button>
</form>`);
}

export function signedInPage(): string {
  return page(`<p>You are signed in as developer, and may do nothing yet. Grant yourself a role:</p>
<pre>npm run roles -- grant developer member --tenant development --ticket DEV-1</pre>`);
}

function page(content: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Development sign-in</title>
${content}
</html>
`;
}
