/** Differences between the two engines. */
export interface Dialect {
  /** The place of an argument in the text of a statement. @param number 1 for the first one */
  placeholder(number: number): string;
  /** The type of an integer of up to 53 bits. */
  readonly integer: 'integer' | 'bigint';
  /** Appended to each table definition: how the engine stores its rows. */
  readonly tableOptions: string;
}

export const sqliteDialect: Dialect = {
  placeholder: () => '?',
  integer: 'integer',
  // Clustered by primary key: a user's messages are adjacent in the file, so a page is one sequential read.
  tableOptions: 'strict, without rowid',
};

export const postgresDialect: Dialect = {
  placeholder: (number) => `$${number}`,
  integer: 'bigint',
  tableOptions: '',
};
