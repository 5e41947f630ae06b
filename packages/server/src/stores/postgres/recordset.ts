/**
 * The rows of the JSON array that is the first parameter. PostgreSQL assumes that such an array has a hundred rows. For a
 * few rows, it would therefore read the whole table `messages` and not use an index. The limit is the real number of rows.
 */
export const recordset = (columns: string): string =>
  `(select * from json_to_recordset($1) as item(${columns}) limit json_array_length($1))`;
