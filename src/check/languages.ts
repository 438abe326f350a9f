/** Languages whose texts are searched for secrets and pins, and whose meaning is not read. */
export const UNPARSED_LANGUAGE =
  /\.(?:vue|svelte|astro|py|rb|go|java|kts?|php|rs|cs|fs|c|cc|cpp|h|hpp|swift|scala|exs?|erl|clj|dart|lua|pl|r|jl|hs|ml|elm|sol|coffee|marko|prisma|tf|hcl|bicep)$/i;
