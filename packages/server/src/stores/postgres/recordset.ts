/**
 * The rows of the JSON array that is the first parameter. PostgreSQL expects a hundred rows of any array: for a few, it
 * would read the whole table `messages` instead of an index. The limit tells it their number.
 */
export const recordset = (columns: string): string =>
  `(select * from json_to_recordset($1) as item(${columns}) limit json_array_length($1))`;
