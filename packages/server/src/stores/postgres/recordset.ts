/**
 * The rows of the JSON array that is the first parameter. PostgreSQL assumes that such an array has a hundred rows. For a
 * few rows, it would therefore read the whole table `messages` and not use an index. It assumes ten rows with this limit,
 * which is the real number of rows. Without the `select` it would estimate each array, and plan the statement each time.
 */
export const recordset = (columns: string): string =>
  `(select * from json_to_recordset($1) as item(${columns}) limit (select json_array_length($1)))`;
