/** PostgreSQL takes none of these as the name of a column or a table without quotes; the same list on 15 to 18. */
const SQL =
  'all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation ' +
  'column concurrently constraint create cross current_catalog current_date current_role current_schema current_time ' +
  'current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze ' +
  'from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit ' +
  'localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references ' +
  'returning right select session_user similar some symmetric system_user table tablesample then to trailing true ' +
  'union unique user using variadic verbose when where window with';

/** Columns that PostgreSQL gives every table itself. */
const SYSTEM_COLUMNS = 'cmax cmin ctid tableoid xmax xmin';

/** TypeScript takes none of these as the name of a binding. */
const TYPESCRIPT =
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
  'false finally for function if implements import in instanceof interface let new null package private protected ' +
  'public return static super switch this throw true try typeof undefined var void while with yield';

/** What an assignment or a lookup by these names reaches is a prototype and no field. */
const PROTOTYPE = 'constructor prototype __proto__';

/** Words that mean something else to a language the emitted code is written in, in snake_case. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  [SQL, SYSTEM_COLUMNS, TYPESCRIPT, PROTOTYPE].flatMap((words) => words.split(' ')),
);
