/**
 * The rows of the JSON array that is the first parameter. Without a limit, PostgreSQL expects a hundred rows. For the few rows
 * of a group, it would then read the whole table `messages` and not use an index. The limit is the real number of rows. It is
 * in a `select`, so that PostgreSQL cannot see it when it plans the statement: it expects ten rows for every array, and uses one
 * plan for all of them. If it saw the number, it would plan the statement for each array.
 */
export const recordset = (columns: string): string =>
  `(select * from json_to_recordset($1) as item(${columns}) limit (select json_array_length($1)))`;
