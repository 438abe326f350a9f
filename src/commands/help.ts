export const HELP = `A TypeScript service that would pass its own security review, and proves each control by attacking it.

  create-secure-app [directory]          create a project
  create-secure-app generate <generator> [name]
                                         add a module to the project here (alias: g);
                                         some have a variant: generate webhook --outbound orders
  create-secure-app remove <module> [name]
                                         take a module out again
  create-secure-app list                 what can be generated, and what the project here has
  create-secure-app schema [generator]   the answers a generator takes, as JSON Schema
  create-secure-app explain <control>    what a control demands and what proves it
  create-secure-app check [directory]    what is wrong in a project, and which controls it lost

Answers
  --yes, -y             take every default
  --preset <name>       take a named set of answers: minimal, bare
  --answers <file|->    take answers from a JSON file, or from standard input
  --<question> <value>  answer one question, as in --description "Keeps invoices."

What is done
  --dry-run             show the plan and write nothing
  --no-install          do not install, refresh or test
  --no-git              do not start a git history
  --package-spec <spec> what prose in the project tells people to run (for mirrors and forks)

Check
  --sarif <file|->      write SARIF 2.1.0 for code hosts and editors
  --html <file>         write a page to read and send
  --write-baseline      accept what is found, in security/check-baseline.json, with
                        --reason <text> and, unless 90 days will do, --expires <YYYY-MM-DD>

Output
  --json                one JSON document on standard output
  --debug               show where an unexpected error came from
  --help, --version

Without a terminal nothing is asked. No network before the commit, no telemetry.
Exit codes: 0 done, 1 bad usage or answers, 2 refused by the guard or found by check, 3 needs you,
4 environment or I/O.
`;
