import type { Write } from '../../sql/engine.js';
import type { SqlValue, Statement } from '../../sql/statement.js';
import type { Statements } from '../../sql/statements.js';
import { areIndependent, combineWrites } from './combine-writes.js';
import { recordset } from './recordset.js';

type WriteStatement = Statement<object, unknown>;

/** The writes of one kind for several users: one statement whose only parameter is a JSON array of rows. */
interface GroupStatement {
  readonly sql: string;
  toRow(args: object): object;
}

/** Returns a function that combines the writes of several users into few statements. */
export function createGroupWrites(statements: Statements) {
  const { insertMessage, markDelivered, saveSession, saveState, saveTurn } = statements;
  const inserts = [saveState, saveSession, insertMessage, saveTurn] as readonly WriteStatement[];
  const kinds = new Map<WriteStatement, GroupStatement>([
    [markDelivered as WriteStatement, { sql: markDeliveredSql, toRow: (args) => args }],
    ...inserts.map((insert) => [insert, insertRows(insert)] as const),
  ]);
  const isCombinable = (writes: readonly Write[]) =>
    areIndependent(writes) && writes.every(({ statement }) => kinds.has(statement));

  /** @param writes of each user, in their order */
  return (writes: readonly (readonly Write[])[]): readonly Write[] => {
    const combinable: Write[] = [];
    const others: (readonly Write[])[] = [];
    for (const ofUser of writes) {
      if (isCombinable(ofUser)) combinable.push(...ofUser);
      else others.push(ofUser);
    }
    const ofKinds = [...kinds].flatMap(([kind, { sql, toRow }]): Write[] => {
      const rows = combinable
        .filter(({ statement }) => statement === kind)
        .map(({ args }) => toRow(args));
      if (rows.length === 0) return [];
      const statement: WriteStatement = { sql, bind: () => [JSON.stringify(rows)] };
      return [{ statement, args: {} }];
    });
    return [...combineWrites(ofKinds), ...others.flatMap(combineWrites)];
  };
}

const markDeliveredSql = `update messages set delivered = 1
  from ${recordset('"userId" text, "from" bigint, "to" bigint')} as range
  where messages.user_id = range."userId" and messages.seq between range."from" and range."to" and messages.delivered = 0`;

/** Makes an insert of one row one of many. The values of its conflict clause are those of the row. */
function insertRows({ sql, bind }: WriteStatement): GroupStatement {
  const parts = /^insert into (?<table>\w+) \((?<columns>.*?)\) values \(.*?\)(?<rest>.*)$/.exec(
    sql,
  );
  const { table, columns = '', rest } = parts?.groups ?? {};
  const names = columns.split(', ');
  const toRow = (args: object) => {
    const row: Record<string, SqlValue> = {};
    bind(args).forEach((value, index) => {
      if (value !== null) row[names[index] ?? ''] = value;
    });
    return row;
  };
  return {
    sql: `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1)${rest}`,
    toRow,
  };
}
